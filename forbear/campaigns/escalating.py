"""Accounts that do not answer go to a person, as their strategy says: so many attempts, or so many days of silence.

The instant is written down with each contact (`escalates_at`), so that the scheduler asks one small index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from forbear.accounts.states import ENGINE_ELIGIBLE
from forbear.accounts.turns import begins_again
from forbear.compliance.actions import Draft, record
from forbear.dispatch.cancelling import cancel_items_of_walks

from . import events, tasks

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


# Only where a step is left, and for whoever has joined no other campaign meanwhile. Its contacts are counted anew.
_TAKE_BACK = """
WITH back AS (
    UPDATE campaigns_enrollment e SET status = 'open', reason = '', exclusive = true, contacts = 0, finished_at = NULL
    FROM campaigns_campaign c
    WHERE e.account_id = %(account)s AND e.campaign_id = %(campaign)s AND e.status = 'ended' AND e.reason = 'escalated'
      AND c.id = e.campaign_id AND c.status IN ('active', 'paused') AND c.kind <> 'broadcast'
      AND EXISTS (SELECT FROM strategies_step s
                  WHERE s.version_id = coalesce(e.version_id, c.strategy_version_id) AND s.position = e.step)
      AND NOT EXISTS (SELECT FROM campaigns_enrollment o WHERE o.account_id = e.account_id AND o.exclusive)
    RETURNING e.id, e.campaign_id
)
INSERT INTO campaigns_due (enrollment_id, campaign_id, due_at)
SELECT id, campaign_id, %(at)s FROM back ON CONFLICT DO NOTHING"""


def take_back(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to cases that return an account to the engine: the walk that left it to a person goes on at its
    step.
    """
    told = [(d.account_id, d.campaign_id) for d in drafts if _returns(d.facts) and d.campaign_id is not None]
    for account, campaign in told:
        # At this moment another campaign may have taken it in: it walks there, and the others go on all the same.
        with suppress(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TAKE_BACK, {"account": account, "campaign": campaign, "at": at})
    if told:
        tasks.wake_planner()


def _returns(facts: Any) -> bool:
    return isinstance(facts, Mapping) and facts.get("outcome") == "return_to_auto"
