"""What came of a campaign in promises and money: read from the payments room, per currency, never summed across them.

Domain decision 5: promises made, and payments received, between an account's enrollment and the campaign's completion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from forbear.core.money import Money

from .models import Campaign


@dataclass(frozen=True, slots=True)
class Outcome:
    """promises: how many were made; promised, recovered: amounts, one a currency, the largest first."""

    promises: int = 0
    promised: tuple[Money, ...] = ()
    recovered: tuple[Money, ...] = ()


# From the side of promises and payments: there are fewer of them than accounts, and each asks one index.
_OUTCOME = """
SELECT 'promise', p.currency, count(*), sum(p.amount_minor)
FROM payments_promise p JOIN campaigns_enrollment e ON e.campaign_id = %(campaign)s AND e.account_id = p.account_id
WHERE p.organization_id = %(owner)s AND p.made_at >= %(since)s AND p.made_at >= e.enrolled_at
  AND p.made_at <= %(until)s AND p.status <> 'rescheduled' AND e.status <> 'excluded' GROUP BY 2
UNION ALL
SELECT 'payment', p.currency, count(*), sum(p.amount_minor)
FROM payments_payment p JOIN campaigns_enrollment e ON e.campaign_id = %(campaign)s AND e.account_id = p.account_id
WHERE p.organization_id = %(owner)s AND p.reversed_at IS NULL
  AND p.paid_on >= (%(since)s::timestamptz AT TIME ZONE %(zone)s)::date
  AND p.paid_on >= (e.enrolled_at AT TIME ZONE %(zone)s)::date
  AND p.paid_on <= (%(until)s::timestamptz AT TIME ZONE %(zone)s)::date AND e.status <> 'excluded' GROUP BY 2
ORDER BY 1, 4 DESC"""


def outcome_of(campaign: Campaign) -> Outcome:
    """One statement. A promise that was rescheduled counts once, a payment that was reversed does not count."""
    values = {
        "campaign": campaign.pk,
        "owner": campaign.organization_id,
        "since": campaign.created_at,
        "until": campaign.completed_at or "infinity",
        "zone": campaign.organization.time_zone,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOME, values)
        rows = cursor.fetchall()
    promises = [row for row in rows if row[0] == "promise"]
    return Outcome(
        sum(count for _, _, count, _ in promises),
        _amounts(promises),
        _amounts([row for row in rows if row[0] == "payment"]),
    )


def _amounts(rows: Sequence[tuple[str, str, int, int]]) -> tuple[Money, ...]:
    return tuple(Money(int(amount), currency) for _, currency, _, amount in rows)
