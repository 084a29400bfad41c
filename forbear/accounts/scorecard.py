"""Scores from what is on record: of one account with its factors, of all accounts in one statement.

Messages, promises and opt-outs belong to rooms above this one: their rows are read, not their code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.money import unusual_exponents
from forbear.core.one_by_one import one_by_one
from forbear.staff.models import Organization

from . import events
from .models import Account, local_day
from .scoring import CARD, Line, in_sql, lines, total
from .states import FINISHED
from .turns import begins_again

_SCALES = " ".join(f"WHEN '{currency}' THEN {10**digits}" for currency, digits in unusual_exponents().items())

_FIGURES = f"""
SELECT a.id, %(today)s - a.due_date AS lateness,
       floor(a.balance_minor / CASE a.currency {_SCALES} ELSE 100 END)::bigint AS balance,
       coalesce(p.open, 0) AS reach, m.answer, coalesce(m.tries, 0) AS tries, k.promises
FROM accounts_account a
LEFT JOIN (
    SELECT p.consumer_id, count(*) AS open FROM accounts_contactpoint p
    WHERE p.organization_id = %(organization)s AND p.status = 'usable' AND {{people}}
      AND NOT EXISTS (SELECT FROM consent_optout o WHERE o.organization_id = p.organization_id AND o.lifted_at IS NULL
                      AND o.address = p.address AND o.address <> '')
    GROUP BY 1
) p ON p.consumer_id = a.consumer_id
LEFT JOIN (
    SELECT p.account_id, extract(day FROM %(at)s - max(p.at) FILTER (WHERE p.direction = 'in'))::int AS answer,
           count(*) FILTER (WHERE p.direction = 'out' AND p.at > %(at)s::timestamptz - interval '30 days'
                              AND p.status IN ('sent', 'delivered')) AS tries
    FROM dispatch_message p
    WHERE p.organization_id = %(organization)s AND p.at > %(at)s::timestamptz - interval '2 years' AND {{people}}
    GROUP BY 1
) m ON m.account_id = a.id
LEFT JOIN (
    SELECT account_id, count(*) FILTER (WHERE status = 'fulfilled') - count(*) FILTER (WHERE status = 'overdue')
               AS promises
    FROM payments_promise
    WHERE organization_id = %(organization)s AND status IN ('fulfilled', 'overdue') AND {{accounts}}
    GROUP BY 1
) k ON k.account_id = a.id
WHERE a.organization_id = %(organization)s"""  # noqa: S608 - figures of our own

_ALL = _FIGURES.format(people="true", accounts="true") + " AND a.status <> ALL(%(finished)s)"
_ONE = (
    _FIGURES.format(people="p.consumer_id = %(consumer)s", accounts="account_id = %(account)s")
    + " AND a.id = %(account)s"
)
# In the order of the accounts, like everybody who holds many: so that none waits for one who waits for them.
_SCORE = f"""
WITH s AS MATERIALIZED (
    SELECT id, {in_sql()} AS score FROM ({_ALL}) figures
), held AS MATERIALIZED (
    SELECT a.id, s.score FROM s JOIN accounts_account a ON a.id = s.id
    WHERE a.score IS DISTINCT FROM s.score ORDER BY a.id FOR NO KEY UPDATE OF a
)
UPDATE accounts_account a SET score = held.score FROM held WHERE a.id = held.id"""  # noqa: S608 - points of our own


@dataclass(frozen=True, slots=True)
class Scored:
    """One account's card, filled in."""

    score: int
    factors: list[Line]


def card_of(account: Account, *, at: datetime) -> Scored:
    """What the scorecard says of one account now, whatever score it keeps; one statement."""
    values = _values(account.organization, at) | {"account": account.pk, "consumer": account.consumer_id}
    with connection.cursor() as cursor:
        cursor.execute(_ONE, values)
        row = cursor.fetchone() or (account.pk, *[None] * len(CARD))
    filled = lines(dict(zip((factor.name for factor in CARD), row[1:], strict=True)))
    return Scored(total(filled), filled)


@begins_again
def score_all(*, organization: Organization, actor: str, at: datetime) -> int:
    """Every live account keeps what the scorecard says of it; answers how many scores changed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute(_SCORE, _values(organization, at))
            changed = int(cursor.rowcount)
        record([Draft(organization.pk, events.ACCOUNTS_SCORED, actor, facts={"changed": changed})], at=at)
    return changed


def score_everywhere(*, at: datetime) -> int:
    """By night, for organizations that want it; answers how many scores changed. Raises LeftOut."""
    nightly = {one.pk: one for one in Organization.objects.filter(scores_nightly=True).order_by("pk")}
    return one_by_one("scores", nightly, lambda pk: score_all(organization=nightly[pk], actor=SYSTEM, at=at))


def _values(organization: Organization, at: datetime) -> dict[str, Any]:
    return {
        "organization": organization.pk,
        "today": local_day(at, organization.time_zone),
        "at": at,
        "finished": sorted(FINISHED),
    }
