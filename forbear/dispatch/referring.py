"""What the engine does about referrals: one open question for a contact, closed once nobody has to answer it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from forbear.compliance.actions import Draft, record
from forbear.policy.engine import approvable
from forbear.policy.verdict import Verdict

from . import events
from .contacts import Refused
from .rows import as_rows

ANSWER_WITHIN = timedelta(days=7)
"""What was asked for a contact by hand is forgotten after this."""


def open_referred(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to referred items: one open question for each, with what the rules ask now."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"at": at, "rows": as_rows(_ROW, [_row(draft) for draft in drafts])})


_ROW = (
    "organization_id", "item_id", "occasion", "account_id", "consumer_id", "campaign_id", "channel", "reason",
    "verdict", "rules",
)  # fmt: skip
_OPEN = """
INSERT INTO dispatch_referral (organization_id, item_id, occasion, account_id, consumer_id, campaign_id, channel,
    reason, verdict, rules, note, status, opened_at, opened_by, looked_at, decided_by, decided_name, decision)
SELECT organization_id, item_id, occasion, account_id, consumer_id, campaign_id, channel, reason, verdict, rules,
    '', 'open', %(at)s, 'system', %(at)s, '', '', ''
FROM json_to_recordset(%(rows)s::json) AS v(organization_id bigint, item_id bigint, occasion text, account_id bigint,
    consumer_id bigint, campaign_id bigint, channel text, reason text, verdict text, rules text[])
ON CONFLICT (item_id) WHERE status = 'open' AND item_id IS NOT NULL
DO UPDATE SET reason = excluded.reason, verdict = excluded.verdict, rules = excluded.rules, looked_at = %(at)s"""


def _row(draft: Draft) -> tuple[Any, ...]:
    refused: Refused = draft.carry
    item, case = refused.item, refused.item.case
    rules = [] if refused.explained is None else approvable_rules(refused.explained)
    return (
        case.organization_id,
        case.item_id,
        case.occasion,
        case.account_id,
        case.consumer_id,
        item.campaign_id,
        case.channel,
        refused.reason,
        refused.verdict,
        rules,
    )


def approvable_rules(verdict: Verdict) -> list[str]:
    """The rules whose question a person may answer."""
    return sorted({finding.rule for finding in verdict.findings if approvable(finding)})


def close_moot(*, at: datetime) -> int:
    """What nobody has to answer any more, and approvals that have ended; gives how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLOSE, {"at": at, "by_hand": at - ANSWER_WITHIN})
            closed = cursor.fetchall()
        record([_closed_entry(*row) for row in closed], at=at)
    return len(closed)


_CLOSE = """
WITH over AS (
    SELECT r.id, CASE WHEN r.item_id IS NULL OR i.reason = 'too_late' OR r.status = 'approved' THEN 'expired'
                      ELSE 'settled' END AS word
    FROM dispatch_referral r LEFT JOIN dispatch_queueitem i ON i.id = r.item_id
    WHERE r.status = 'approved' AND r.until <= %(at)s
       OR r.status = 'open' AND r.item_id IS NULL AND r.opened_at <= %(by_hand)s
       OR r.status = 'open' AND r.item_id IS NOT NULL
          AND (i.id IS NULL OR i.status <> 'pending' OR i.reason <> r.reason)
    ORDER BY r.id FOR UPDATE OF r SKIP LOCKED
)
UPDATE dispatch_referral r SET status = over.word FROM over WHERE r.id = over.id
RETURNING r.organization_id, r.id, r.item_id, r.account_id, r.campaign_id, r.channel, over.word"""


def _closed_entry(
    owner: int, pk: int, item: int | None, account: int | None, campaign: int | None, channel: str, word: str
) -> Draft:
    facts = {"referral": pk, "item": item, "to": word}
    return Draft(
        owner, events.REFERRAL_CLOSED, account_id=account, campaign_id=campaign, channels=(channel,), facts=facts
    )
