"""How cases move an account's status; a dispute is moved by its hold (domain decision 18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from forbear.accounts import standing
from forbear.accounts.models import Account
from forbear.accounts.states import FINISHED, Status, Why


def living(accounts: Iterable[int]) -> set[int]:
    """Those that are neither paid nor closed; nobody pays them off until this transaction ends."""
    rows = Account.objects.select_for_update(no_key=True).filter(pk__in=list(accounts)).order_by("pk")
    return {row.pk for row in rows if row.status not in FINISHED}


def stop(accounts: Iterable[int], *, actor: str, at: datetime) -> None:
    """Automation lets go of them; one under review remembers it for when the review ends."""
    standing.move(accounts, to=Status.ESCALATED, reason=Why.ESCALATED, actor=actor, at=at)


def leave_escalation(accounts: Iterable[int], *, to: Status, actor: str, at: datetime) -> None:
    """Only those that are still escalated, or would be after their review."""
    rows = Account.objects.filter(pk__in=list(accounts))
    still = rows.filter(Q(status=Status.ESCALATED) | Q(status=Status.IN_REVIEW, resumes_as=Status.ESCALATED))
    standing.move(still.values_list("pk", flat=True), to=to, reason=Why.CASE_RESOLVED, actor=actor, at=at)


def under_review(consumer: int) -> list[int]:
    """What a dispute of the whole person keeps back."""
    rows = Account.objects.filter(consumer=consumer, status=Status.IN_REVIEW)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def side_with_consumer(accounts: Iterable[int], *, closed: bool, actor: str, at: datetime) -> None:
    """Nothing is collected by itself any more."""
    to = Status.CLOSED if closed else Status.PAUSED
    standing.move(accounts, to=to, reason=Why.DISPUTE_RESOLVED, actor=actor, at=at)
