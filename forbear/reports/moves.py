"""Accounts that came into another bucket of days past due, counted by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F

from forbear.accounts.models import BucketMove
from forbear.staff.models import Organization


@dataclass(frozen=True, slots=True)
class MoveCount:
    """So many accounts went from one bucket to the other on a day of the organization."""

    date: date
    before: str
    after: str
    accounts: int


def moves_between(organization: Organization, begin: date, end: date) -> list[MoveCount]:
    """Of these days, both included; one statement."""
    rows = BucketMove.objects.of(organization).filter(on__range=(begin, end)).values("before", "after", date=F("on"))
    counted = rows.annotate(accounts=Count("pk")).order_by("on", "before")
    return [MoveCount(**row) for row in counted]
