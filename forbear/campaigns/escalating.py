"""Accounts that do not answer go to a person, as their strategy says: so many attempts, or so many days of silence.

The instant is written down with each contact (`escalates_at`), so that the scheduler asks one small index.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from forbear.accounts.states import ENGINE_ELIGIBLE
from forbear.accounts.turns import begins_again
from forbear.compliance.actions import Draft, record
from forbear.dispatch.cancelling import cancel_items_of_walks

from . import events

ESCALATED = "escalated"
MOST_AT_ONCE = 10_000

# Paused campaigns wait; whoever is in a conversation has answered, and one who walks elsewhere by now is theirs.
_ESCALATE = """
WITH silent AS MATERIALIZED (
    SELECT id FROM campaigns_enrollment WHERE escalates_at <= %(at)s
), due AS (
    SELECT e.id FROM silent JOIN campaigns_enrollment e ON e.id = silent.id
    JOIN campaigns_campaign c ON c.id = e.campaign_id AND c.status = 'active'
    JOIN accounts_account a ON a.id = e.account_id AND a.status = ANY(%(eligible)s)
    WHERE e.escalates_at <= %(at)s AND NOT EXISTS (
        SELECT FROM campaigns_enrollment o
        WHERE o.account_id = e.account_id AND o.exclusive AND o.id <> e.id)
    ORDER BY e.id LIMIT %(most)s FOR NO KEY UPDATE OF e SKIP LOCKED
), over AS (
    DELETE FROM campaigns_due t USING due WHERE t.enrollment_id = due.id
)
UPDATE campaigns_enrollment e SET status = 'ended', reason = 'escalated', exclusive = false,
    escalates_at = NULL, finished_at = coalesce(e.finished_at, %(at)s)
FROM due, campaigns_campaign c, strategies_strategyversion v
WHERE e.id = due.id AND c.id = e.campaign_id AND v.id = coalesce(e.version_id, c.strategy_version_id)
RETURNING e.id, e.organization_id, e.account_id, e.campaign_id,
    coalesce(e.answered_at IS NULL AND e.contacts >= v.max_attempts, false)"""


def escalate_due(*, at: datetime) -> int:
    """End the walks whose time for an answer is over; gives how many."""
    total = 0
    while count := _escalate_some(at):
        total += count
    return total


@begins_again
def _escalate_some(at: datetime) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ESCALATE, {"at": at, "eligible": sorted(ENGINE_ELIGIBLE), "most": MOST_AT_ONCE})
            walks = cursor.fetchall()
        cancel_items_of_walks([walk for walk, *_ in walks], reason=ESCALATED, at=at)
        record([_entry(*walk[1:]) for walk in walks], at=at)
    return len(walks)


def _entry(owner: int, account: int, campaign: int, by_attempts: bool) -> Draft:
    reason = "max_attempts" if by_attempts else "days_without_response"
    return Draft(owner, events.ENROLLMENT_ESCALATED, account_id=account, campaign_id=campaign, facts={"reason": reason})
