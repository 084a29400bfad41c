"""What Today tells of promises, cases and money: one statement, whatever the size of the house."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

from forbear.accounts.models import local_day
from forbear.core.money import Money
from forbear.staff.models import Organization

_READ: Final = """
SELECT 'due', currency, count(*), sum(amount_minor) FROM payments_promise
WHERE organization_id = %(owner)s AND status = 'active' AND due_on = %(today)s GROUP BY 2
UNION ALL SELECT 'overdue', currency, count(*), sum(amount_minor) FROM payments_promise
WHERE organization_id = %(owner)s AND status = 'overdue' GROUP BY 2
UNION ALL SELECT 'recovered', currency, count(*), sum(amount_minor) FROM payments_payment
WHERE organization_id = %(owner)s AND reversed_at IS NULL AND paid_on BETWEEN %(month)s AND %(today)s GROUP BY 2
UNION ALL SELECT 'before', currency, count(*), sum(amount_minor) FROM payments_payment
WHERE organization_id = %(owner)s AND reversed_at IS NULL AND paid_on BETWEEN %(before)s AND %(then)s GROUP BY 2
UNION ALL SELECT 'escalations', '', count(*), 0 FROM cases_escalation
WHERE organization_id = %(owner)s AND status = 'pending'
UNION ALL SELECT 'disputes', '', count(*), 0 FROM cases_dispute WHERE organization_id = %(owner)s AND closed_at IS NULL
ORDER BY 1, 4 DESC"""


@dataclass(frozen=True)
class Told:
    """Counts and amounts by what they are: due (today), overdue, recovered (this month), before (last month to the
    same day), escalations (nobody has taken), disputes (open). Amounts one a currency, the largest first.
    """

    counts: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, list[Money]] = field(default_factory=dict)
    then: date | None = None

    def count(self, what: str) -> int:
        return self.counts.get(what, 0)

    def together(self, what: str) -> str:
        """$1,940.00 and CA$20.00."""
        return " and ".join(map(str, self.amounts.get(what, ())))

    def recovered(self, currency: str) -> Money:
        """This month's money in the house's own currency, else the largest sum."""
        known = self.amounts.get("recovered", [])
        return next((one for one in known if one.currency == currency), known[0] if known else Money(0, currency))

    def compared(self, currency: str) -> str:
        """$9,384.10 more than on 24 October, in the same currency."""
        now = self.recovered(currency)
        past = next((one for one in self.amounts.get("before", ()) if one.currency == now.currency), None)
        if past is None or self.then is None:
            return ""
        differs, word = abs(now.minor - past.minor), "more" if now.minor >= past.minor else "less"
        on = f"{self.then.day} {self.then:%B}"
        return f"{Money(differs, now.currency)} {word} than on {on}" if differs else f"as much as on {on}"

    def others(self, currency: str) -> str:
        """The sums in other currencies; they are never added up."""
        own = self.recovered(currency)
        return " and ".join(str(one) for one in self.amounts.get("recovered", ()) if one.currency != own.currency)


def told(organization: Organization, *, at: datetime) -> Told:
    """One statement. Days are the organization's."""
    today = local_day(at, organization.time_zone)
    month = today.replace(day=1)
    last = month - timedelta(days=1)
    then = last.replace(day=min(today.day, last.day))
    days = {"today": today, "month": month, "before": last.replace(day=1), "then": then}
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"owner": organization.pk, **days})
        rows = cursor.fetchall()
    counts: dict[str, int] = {}
    amounts: dict[str, list[Money]] = {}
    for what, currency, count, total in rows:
        counts[what] = counts.get(what, 0) + count
        if currency:
            amounts.setdefault(what, []).append(Money(int(total), currency))
    return Told(counts, amounts, then)
