"""The ledger: entries are written once, and the account's balance is always max(0, placed + their sum).

Whoever writes an entry holds the account's row until the end of the transaction, so that two payments at the same
moment both count. Lock first, then read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Sum

from forbear.accounts.models import Account
from forbear.accounts.staying import let_stay
from forbear.compliance.actions import Draft, record
from forbear.core.money import Money

from . import events
from .models import LedgerEntry, Payment
from .refusals import AccountGone
from .states import EntryKind


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account comes to. `true` may be below zero: then it is a credit."""

    placed: Money
    true: Money

    @property
    def balance(self) -> Money:
        """What is collected."""
        return Money(max(0, self.true.minor), self.true.currency)

    @property
    def credit(self) -> Money:
        """What was paid too much."""
        return Money(max(0, -self.true.minor), self.true.currency)

    @property
    def moved(self) -> Money:
        """The sum of the entries."""
        return Money(self.true.minor - self.placed.minor, self.true.currency)


def locked(account: Account) -> Account:
    """The account as it stands now; nobody else moves its balance or status until this transaction ends.

    Raises AccountGone.
    """
    let_stay(account.organization_id)
    rows = Account.objects.select_for_update(of=("self",), no_key=True).select_related("organization")
    row = rows.filter(pk=account.pk).first()
    if row is None:
        raise AccountGone
    return row


def standing_of(account: Account) -> Standing:
    """One statement: placed and the sum of all entries."""
    total = LedgerEntry.objects.filter(account=account.pk).aggregate(total=Sum("amount_minor"))["total"] or 0
    placed = Money(account.placed_minor, account.currency)
    return Standing(placed, Money(account.placed_minor + int(total), account.currency))


def post(
    account: Account,
    kind: EntryKind,
    amount_minor: int,
    *,
    actor: str,
    at: datetime,
    payment: Payment | None = None,
    notes: str = "",
) -> Standing:
    """Write one entry about a locked account and bring its balance up to date, with the word about it in the log."""
    entry = LedgerEntry.objects.create(
        organization_id=account.organization_id,
        account=account,
        kind=kind,
        amount_minor=amount_minor,
        currency=account.currency,
        payment=payment,
        notes=notes,
        at=at,
        by=actor,
    )
    before, now = account.balance_minor, standing_of(account)
    account.balance_minor, account.updated_at = now.balance.minor, at
    account.save(update_fields=["balance_minor", "updated_at"])
    facts = {"entry": entry.pk, "kind": str(kind), "amount": amount_minor, "currency": account.currency}
    facts |= {"before": before, "balance": now.balance.minor, "credit": now.credit.minor}
    record([Draft(account.organization_id, events.BALANCE_CHANGED, actor, account_id=account.pk, facts=facts)], at=at)
    return now


_DIFFERING = """
SELECT a.id FROM accounts_account a
LEFT JOIN LATERAL (SELECT sum(amount_minor) AS moved FROM payments_ledgerentry WHERE account_id = a.id) e ON true
WHERE a.id = ANY(%s) AND a.balance_minor <> greatest(0, a.placed_minor + coalesce(e.moved, 0))"""


def differing(accounts: Iterable[int]) -> list[int]:
    """Those of these accounts whose balance is not what their ledger says: always none."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, [list(accounts)])
        return [number for (number,) in cursor.fetchall()]
