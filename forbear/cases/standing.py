"""How cases move an account's status; a dispute is moved by its hold (domain decision 18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from forbear.accounts.models import Account
from forbear.accounts.states import FINISHED, Status


def living(accounts: Iterable[int]) -> set[int]:
    """Those that are neither paid nor closed; nobody pays them off until this transaction ends."""
    rows = Account.objects.select_for_update(no_key=True).filter(pk__in=list(accounts)).order_by("pk")
    return {row.pk for row in rows if row.status not in FINISHED}


def move(accounts: Iterable[int], *, to: Status, actor: str, at: datetime) -> None:
    """From wherever they are, unless they are paid or closed."""
    rows = Account.objects.filter(pk__in=list(accounts)).exclude(status__in=[*FINISHED, to])
    rows.update(status=to, status_changed_at=at)


def leave_escalation(accounts: Iterable[int], *, to: Status, actor: str, at: datetime) -> None:
    """Only those that are still escalated."""
    Account.objects.filter(pk__in=list(accounts), status=Status.ESCALATED).update(status=to, status_changed_at=at)
