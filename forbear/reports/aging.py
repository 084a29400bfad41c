"""The aging report: what is open, by how late it is, in each currency. Amounts are never added across currencies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from forbear.accounts.buckets import bucket_names
from forbear.accounts.states import FINISHED
from forbear.campaigns.models import Campaign
from forbear.core.money import Money
from forbear.staff.models import Organization

NO_DUE_DATE = "no_due_date"


@dataclass(frozen=True, slots=True)
class Part:
    """Accounts of one currency in one row of the report; `share` of that currency's whole amount, None of nothing."""

    accounts: int
    amount: Money
    share: float | None


@dataclass(frozen=True, slots=True)
class Age:
    """One row: days past due from `first` to `last`, both included; None where it has no end on that side."""

    bucket: str
    first: int | None
    last: int | None
    parts: Sequence[Part] = ()

    @property
    def accounts(self) -> int:
        return sum(part.accounts for part in self.parts)


@dataclass(frozen=True, slots=True)
class Aging:
    """The report of one day; `totals` has one part for each currency."""

    on: date
    ages: Sequence[Age]
    totals: Sequence[Part] = field(default_factory=tuple)

    @property
    def accounts(self) -> int:
        return sum(part.accounts for part in self.totals)


def ages_of(ends: Sequence[int]) -> list[Age]:
    """Rows for an organization's own last days: [0, 30, 60] gives current, 1-30, 31-60 and 61+; then no due date."""
    firsts, lasts = [None, *(end + 1 for end in ends)], [*ends, None]
    rows = [Age(*row) for row in zip(bucket_names(ends), firsts, lasts, strict=True)]
    return [*rows, Age(NO_DUE_DATE, None, None)]


# Days past due are counted from the due date to the organization's day; the facts are read from their index alone.
_COUNT = """
SELECT coalesce(width_bucket(%(today)s - a.due_date, %(firsts)s::int[]), %(none)s), a.currency, count(*),
       sum(a.balance_minor)::bigint
FROM accounts_account a
WHERE a.organization_id = %(organization)s AND a.status <> ALL(%(finished)s) AND a.balance_minor > 0
  AND (%(campaign)s::bigint IS NULL
       OR EXISTS (SELECT FROM campaigns_enrollment e WHERE e.campaign_id = %(campaign)s AND e.account_id = a.id))
GROUP BY 1, 2"""


def aging(organization: Organization, *, today: date, campaign: Campaign | None = None) -> Aging:
    """Open accounts with a balance, by the organization's own buckets; of one campaign, if one is named."""
    rows = ages_of(organization.aging_ends)
    counted: dict[tuple[int, str], tuple[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "today": today,
                "firsts": [end + 1 for end in organization.aging_ends],
                "none": len(rows) - 1,
                "organization": organization.pk,
                "finished": sorted(FINISHED),
                "campaign": campaign.pk if campaign else None,
            },
        )
        for row, currency, accounts, minor in cursor.fetchall():
            counted[row, currency] = (accounts, minor)
    wholes = dict(_wholes(counted))
    ages = [Age(age.bucket, age.first, age.last, _parts(counted, at, wholes)) for at, age in enumerate(rows)]
    totals = [Part(accounts, Money(minor, currency), 1.0) for currency, (accounts, minor) in wholes.items()]
    return Aging(today, ages, totals)


def _wholes(counted: dict[tuple[int, str], tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    for currency in sorted({currency for _, currency in counted}):
        mine = [figures for (_, named), figures in counted.items() if named == currency]
        yield currency, (sum(accounts for accounts, _ in mine), sum(minor for _, minor in mine))


def _parts(counted: dict[tuple[int, str], tuple[int, int]], at: int, wholes: dict[str, tuple[int, int]]) -> list[Part]:
    return [
        Part(accounts, Money(minor, currency), minor / whole if whole else None)
        for currency, (_, whole) in wholes.items()
        for accounts, minor in [counted.get((at, currency), (0, 0))]
    ]


HEADER = ("bucket", "first_day", "last_day", "currency", "accounts", "amount", "share")


def lines_of(report: Aging) -> Iterator[tuple[object, ...]]:
    """The report as rows of a file, one for each bucket and currency; a last one for each currency's whole."""
    for age in report.ages:
        for part in age.parts:
            yield (age.bucket, age.first, age.last, *_line(part))
    for part in report.totals:
        yield ("total", None, None, *_line(part))


def _line(part: Part) -> tuple[object, ...]:
    return (part.amount.currency, part.accounts, part.amount.plain(), "" if part.share is None else f"{part.share:.4f}")
