"""Retention: entries about an account that has rested for years move to the archive, and stay proved.

The database holds the rule itself (see migration 0007): it moves only what is old enough, not held, no opt-out and no
cease, and identical in both places; whoever asks.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from forbear.core.refusal import Invalid, WrongState

from . import events
from .actions import SYSTEM, Draft, record
from .models import Archived, Entry, LegalHold, Personal, Retention

AT_ONCE = 5000
SHORTEST_YEARS = 3


class TooShort(Invalid):
    """Records are kept for three years after the last activity on an account, at least (12 CFR 1006.100)."""


class AlreadyHeld(WrongState):
    """This legal hold stands already."""


class NotHeld(WrongState):
    """This legal hold does not stand any more."""


def retention_of(organization_id: int) -> Retention:
    """What the organization has chosen; three years, and nothing erased, unless it has."""
    return Retention.objects.filter(organization_id=organization_id).first() or Retention(
        organization_id=organization_id
    )


def change_retention(*, organization_id: int, years: int, erases: bool, actor: str, at: datetime) -> Retention:
    """Raises TooShort."""
    if not SHORTEST_YEARS <= years <= 100:
        raise TooShort
    with transaction.atomic():
        chosen, _ = Retention.objects.update_or_create(
            organization_id=organization_id, defaults={"years": years, "erases": erases}
        )
        facts = {"years": years, "erases": erases}
        record([Draft(organization_id, events.RETENTION_CHANGED, actor, facts=facts)], at=at)
    return chosen


def open_legal_hold(
    *, organization_id: int, reason: str, actor: str, at: datetime, account_id: int | None = None
) -> LegalHold:
    """From now on nothing is moved or erased by retention: of one account, or of all. Raises AlreadyHeld."""
    with transaction.atomic():
        hold, new = LegalHold.objects.get_or_create(
            organization_id=organization_id,
            account_id=account_id,
            closed_at=None,
            defaults={"reason": reason, "opened_at": at, "opened_by": actor},
        )
        if not new:
            raise AlreadyHeld
        _tell(hold, events.LEGAL_HOLD_OPENED, actor, at)
    return hold


def close_legal_hold(*, hold: LegalHold, actor: str, at: datetime) -> None:
    """Raises NotHeld."""
    with transaction.atomic():
        if not LegalHold.objects.filter(pk=hold.pk, closed_at=None).update(closed_at=at, closed_by=actor):
            raise NotHeld
        _tell(hold, events.LEGAL_HOLD_CLOSED, actor, at)


def _tell(hold: LegalHold, event: str, actor: str, at: datetime) -> None:
    reason = {"reason": hold.reason} if hold.reason else {}
    draft = Draft(hold.organization_id, event, actor, hold.account_id, facts={"legal_hold": hold.pk}, personal=reason)
    record([draft], at=at)


def standing_holds(organization_id: int) -> list[LegalHold]:
    return list(LegalHold.objects.filter(organization_id=organization_id, closed_at=None).order_by("pk"))


def retire(*, organization_id: int, at: datetime) -> int:
    """Move what may be moved, batch by batch; answers how many entries. By the database's own clock."""
    erases, moved = retention_of(organization_id).erases, 0
    while numbers := _retire_some(organization_id, erases, at):
        moved += len(numbers)
    return moved


def _retire_some(organization_id: int, erases: bool, at: datetime) -> list[int]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT compliance_retire(%s, %s)", [organization_id, AT_ONCE])
            numbers: list[int] = cursor.fetchone()[0]
        if numbers:
            facts = {"count": len(numbers), "first": numbers[0], "last": numbers[-1]}
            texts = _erase(numbers, at) if erases else 0
            record([Draft(organization_id, events.ENTRIES_ARCHIVED, SYSTEM, facts=facts | {"texts": texts})], at=at)
    return numbers


def _erase(numbers: list[int], at: datetime) -> int:
    return Personal.objects.filter(entry_id__in=numbers).exclude(sealed="").update(sealed="", erased_at=at)


def entries_of_account(organization_id: int, account_id: int, consumer_id: int) -> list[Entry]:
    """All there ever were about an account, or about its whole person; the oldest first, wherever they are now."""
    mine = Q(account_id=account_id) | Q(consumer_id=consumer_id)
    rows = [*Entry.objects.filter(mine, organization_id=organization_id)]
    moved = Archived.objects.filter(organization_id=organization_id, account_id=account_id)
    return sorted([*rows, *(row.entry() for row in moved)], key=lambda entry: entry.pk)


def entry_with(organization_id: int, number: int) -> Entry | None:
    """The entry with this number, in the log or in its archive."""
    mine = {"organization_id": organization_id, "pk": number}
    if entry := Entry.objects.filter(**mine).first():
        return entry
    moved = Archived.objects.filter(**mine).first()
    return moved.entry() if moved else None
