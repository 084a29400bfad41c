"""Reactions to what happens to an account while it walks: it is reached, answers, leaves the engine's hands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from forbear.accounts.states import ENGINE_ELIGIBLE, FINISHED, NOT_BEGUN
from forbear.compliance.actions import Draft
from forbear.dispatch.cancelling import cancel_items_of_walks
from forbear.dispatch.states import CallResult

ASIDE = "not_eligible"

_REACHED = """
WITH reached AS (
    UPDATE campaigns_enrollment e SET reached_at = %(at)s
    FROM (SELECT DISTINCT * FROM unnest(%(campaigns)s::bigint[], %(accounts)s::bigint[])) AS v(campaign, account)
    WHERE e.campaign_id = v.campaign AND e.account_id = v.account AND e.reached_at IS NULL
    RETURNING e.campaign_id
)
INSERT INTO campaigns_campaignfigures (campaign_id, reached)
SELECT campaign_id, count(*) FROM reached GROUP BY 1"""


def reach(drafts: Sequence[Draft], at: datetime) -> None:
    """A message arrived, or a call found the right person. One statement."""
    told = [(d.campaign_id, d.account_id) for d in drafts if d.campaign_id is not None and d.account_id is not None]
    if not told:
        return
    campaigns, accounts = (list(column) for column in zip(*told, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, {"at": at, "campaigns": campaigns, "accounts": accounts})


def reach_by_call(drafts: Sequence[Draft], at: datetime) -> None:
    """A call reached whom it was for."""
    right = [d for d in drafts if d.carry.call is not None and d.carry.call.result == CallResult.RIGHT_PARTY]
    reach(right, at)


# A reply counts for the campaign that it answers, and for every walk that the person is on.
_ANSWERED = """
WITH mine AS (
    SELECT e.id, e.answered_at IS NULL AS first, e.reached_at IS NULL AS fresh
    FROM (SELECT DISTINCT * FROM unnest(%(campaigns)s::bigint[], %(consumers)s::bigint[])) AS v(campaign, consumer)
    JOIN accounts_account a ON a.consumer_id = v.consumer
    JOIN campaigns_enrollment e ON e.account_id = a.id
     AND (e.campaign_id = v.campaign OR e.exclusive)
    WHERE e.answered_at IS NULL OR e.escalates_at IS NOT NULL
    ORDER BY e.id FOR NO KEY UPDATE OF e
), answered AS (
    UPDATE campaigns_enrollment e SET escalates_at = NULL,
        answered_at = coalesce(e.answered_at, %(at)s), reached_at = coalesce(e.reached_at, %(at)s)
    FROM mine WHERE e.id = mine.id RETURNING e.campaign_id, mine.first, mine.fresh
)
INSERT INTO campaigns_campaignfigures (campaign_id, answered, reached)
SELECT campaign_id, count(*) FILTER (WHERE first), count(*) FILTER (WHERE fresh) FROM answered GROUP BY 1"""


def hear(drafts: Sequence[Draft], at: datetime) -> None:
    """The consumer wrote: their walks are answered, and no silence of theirs escalates. One statement."""
    told = [(d.campaign_id, d.carry.consumer_id) for d in drafts if d.carry.consumer_id is not None]
    if not told:
        return
    campaigns, consumers = (list(column) for column in zip(*told, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, {"at": at, "campaigns": campaigns, "consumers": consumers})


# A broadcast's items are left to the judge, who sees each account's status.
_ASIDE = """
SELECT e.id, a.status FROM campaigns_enrollment e JOIN accounts_account a ON a.id = e.account_id
WHERE e.account_id = ANY(%s) AND e.exclusive AND a.status <> ALL(%s)"""
_AGAIN = """
INSERT INTO campaigns_due (enrollment_id, campaign_id, due_at)
SELECT id, campaign_id, %s FROM campaigns_enrollment WHERE id = ANY(%s) AND status = 'open'
ON CONFLICT DO NOTHING"""
_END = """
WITH over AS (
    UPDATE campaigns_enrollment e SET status = 'ended', exclusive = false, reason = a.status, escalates_at = NULL,
        finished_at = %s
    FROM accounts_account a WHERE a.id = e.account_id AND e.id = ANY(%s) AND e.status = 'open' RETURNING e.id
)
DELETE FROM campaigns_due t USING over WHERE t.enrollment_id = over.id"""


def look_at_status(drafts: Sequence[Draft], at: datetime) -> None:
    """An account that is paid or closed walks no further; one that is in a person's hands stands aside at its step."""
    stand_aside([draft.account_id for draft in drafts if draft.account_id is not None], at=at)


def stand_aside(accounts: Sequence[int], *, at: datetime) -> None:
    """Their planned contacts are cancelled; once eligible again, the planner goes on where they stopped."""
    if not accounts:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ASIDE, [list(accounts), sorted(ENGINE_ELIGIBLE | NOT_BEGUN)])
        walks = dict(cursor.fetchall())
        if not walks:
            return
        over = [walk for walk, status in walks.items() if status in FINISHED]
        cursor.execute(_END, [at, over])
        cancel_items_of_walks(over, reason="paid", at=at)
        aside = sorted(set(walks) - set(over))
        waiting = cancel_items_of_walks(aside, reason=ASIDE, at=at, for_good=False)
        cursor.execute(_AGAIN, [at, sorted(waiting)])
