"""Where an account has been: its changes of status with their reasons, and where a person may lead it."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.accounts.models import Account, StatusChange

from .names import names_of

SHOWN = 8


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One change of status, and the name of who made it."""

    change: StatusChange
    by: str


def changes_of(account: Account) -> list[ChangeShown]:
    """The newest first; two queries."""
    rows = list(StatusChange.objects.filter(account=account).order_by("-pk")[:SHOWN])
    who = names_of((row.by for row in rows), account.organization_id)
    return [ChangeShown(row, who.get(row.by) or "the system") for row in rows]
