"""Named reads of the payments room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from forbear.accounts.finding import whoever
from forbear.accounts.models import Account
from forbear.core.money import Money
from forbear.staff.models import Organization
from forbear.web.formats import money
from forbear.web.parts import Pair

from .models import LedgerEntry, Payment, Promise
from .states import OPEN, EntryKind


def payments(
    organization: Organization,
    *,
    words: str = "",
    method: str = "",
    since: date | None = None,
    until: date | None = None,
    account_id: int | None = None,
    reversed_ones: bool | None = None,
) -> QuerySet[Payment]:
    """Payments with their people. since, until: days on which they were made, both inclusive."""
    rows = Payment.objects.of(organization).select_related("account__consumer", "promise")
    exact = {"method": method, "paid_on__gte": since, "paid_on__lte": until, "account": account_id}
    rows = rows.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
    if words.strip():
        rows = rows.filter(_about(organization, words))
    return rows if reversed_ones is None else rows.filter(reversed_at__isnull=not reversed_ones)


def promises(
    organization: Organization, *, words: str = "", status: str = "", account_id: int | None = None
) -> QuerySet[Promise]:
    """Promises with their people; status: one of the words, or `open` for all that are."""
    rows = Promise.objects.of(organization).select_related("account__consumer")
    if status:
        rows = rows.filter(status__in=OPEN if status == "open" else [status])
    if account_id is not None:
        rows = rows.filter(account=account_id)
    return rows.filter(account__in=_accounts(organization, words)) if words.strip() else rows


def _about(organization: Organization, words: str) -> Q:
    return Q(account__in=_accounts(organization, words)) | Q(reference=" ".join(words.split()))


def _accounts(organization: Organization, words: str) -> list[int]:
    return whoever(Account.objects.of(organization), organization, words)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many payments there are, and what they come to in each currency; reversed ones do not count."""

    count: int
    totals: list[Money]
    reversed: int


def taken(rows: QuerySet[Payment]) -> Taken:
    """The figures of a view, in one statement."""
    stands = Q(reversed_at__isnull=True)
    found = list(
        rows.order_by()
        .values("currency")
        .annotate(n=Count("pk", filter=stands), total=Sum("amount_minor", filter=stands), all=Count("pk"))
        .order_by("currency")
    )
    totals = [Money(row["total"], row["currency"]) for row in found if row["n"]]
    return Taken(sum(row["n"] for row in found), totals, sum(row["all"] - row["n"] for row in found))


@dataclass(frozen=True, slots=True)
class Promised:
    """Promises by status, and what the open ones come to in each currency."""

    counts: Mapping[str, int]
    totals: list[Money]


def promised(organization: Organization) -> Promised:
    """The figures of an organization's promises, in one statement."""
    rows = Promise.objects.of(organization).values_list("status", "currency").order_by("currency")
    counts: dict[str, int] = {}
    totals: dict[str, int] = {}
    for status, currency, count, total in rows.annotate(n=Count("pk"), total=Sum("amount_minor")):
        counts[status] = counts.get(status, 0) + count
        if status in OPEN:
            totals[currency] = totals.get(currency, 0) + total
    return Promised(counts, [Money(total, currency) for currency, total in sorted(totals.items())])


@dataclass(frozen=True, slots=True)
class Sums:
    """An account's ledger in one look: minor units by kind, and what they come to."""

    by_kind: Mapping[str, int]
    true: Money

    @property
    def credit(self) -> Money:
        """What was paid too much."""
        return Money(max(0, -self.true.minor), self.true.currency)

    @property
    def paid(self) -> int:
        return -self.by_kind.get(EntryKind.PAYMENT, 0) - self.by_kind.get(EntryKind.REVERSAL, 0)

    @property
    def fees(self) -> int:
        return self.by_kind.get(EntryKind.FEE, 0)

    @property
    def adjusted(self) -> int:
        return self.by_kind.get(EntryKind.ADJUSTMENT, 0)


def sums_of(account: Account) -> Sums:
    """One statement."""
    rows = LedgerEntry.objects.filter(account=account.pk).values_list("kind").order_by("kind")
    by_kind = {kind: int(total) for kind, total in rows.annotate(total=Sum("amount_minor"))}
    return Sums(by_kind, Money(account.placed_minor + sum(by_kind.values()), account.currency))


def entries_of(account: Account) -> QuerySet[LedgerEntry]:
    """The ledger, the newest first."""
    return LedgerEntry.objects.filter(account=account.pk).select_related("payment")


def pairs_of(account: Account, sums: Sums) -> list[Pair]:
    """The balance as a sum: what was placed, what moved it, what is open, what is a credit."""
    parts = (
        ("Placed", account.placed_minor, True),
        ("Fees", sums.fees, False),
        ("Adjusted", sums.adjusted, False),
        ("Paid", -sums.paid, False),
    )
    moved = [
        Pair(label=label, value=money(minor, account.currency)) for label, minor, always in parts if minor or always
    ]
    credit = [Pair(label="Credit", value=money(sums.credit))] if sums.credit.minor else []
    return [*moved, Pair(label="Open", value=money(account.balance), total=True), *credit]
