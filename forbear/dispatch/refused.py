"""What was judged and does not leave now: its state by the verdict, its row, its entry of the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from forbear.compliance.actions import Draft, canonical
from forbear.policy.verdict import Outcome, Verdict

from . import events
from .contacts import Item, Refused
from .rows import as_rows
from .states import ITEM, ItemStatus, Occasion

# A person is asked, and the rules are asked again: the facts may have answered meanwhile.
ASK_AGAIN = timedelta(days=1)

# Paused while the batch was under way: the queue is held, nothing is lost.
ENGINE_PAUSED = "engine_paused"


def too_late(item: Item) -> Refused:
    return Refused(item, ItemStatus.SKIPPED, "too_late", error="The time for this contact has passed.")


def not_now(item: Item, verdict: Verdict, written: str) -> Refused:
    """What a verdict that does not allow makes of an item."""
    if verdict.reason == ENGINE_PAUSED:
        return Refused(item, ItemStatus.PENDING, verdict.reason, written, explained=verdict)
    if verdict.outcome is Outcome.DEFER:
        return Refused(
            item,
            ItemStatus.PENDING,
            verdict.reason,
            written,
            until=verdict.next_allowed_at,
            explained=verdict,
        )
    if verdict.outcome is Outcome.HUMAN and item.case.occasion == Occasion.CAMPAIGN:
        again = min(verdict.at + ASK_AGAIN, item.not_after or datetime.max.replace(tzinfo=UTC))
        return Refused(item, ItemStatus.PENDING, verdict.reason, written, until=again, explained=verdict)
    return Refused(item, ItemStatus.SKIPPED, verdict.reason, written, explained=verdict)


def write_refusals(refused: Sequence[Refused], at: datetime) -> None:
    """One statement: deferred items wait for their time, the others end; each with its verdict."""
    if not refused:
        return
    with connection.cursor() as cursor:
        before, after = ITEM.steps("defer", "take_back", "skip", "fail", "call_off")
        rows = as_rows(_REFUSAL, map(_refusal_row, refused))
        cursor.execute(_REFUSE, {"at": at, "rows": rows, "before": before, "after": after})


_REFUSAL = ("id", "status", "reason", "verdict", "error", "until")
_REFUSE = """
UPDATE dispatch_queueitem i SET status = v.status, reason = v.reason, verdict = v.verdict, error = v.error,
    scheduled_for = coalesce(v.until, i.scheduled_for), claimed_at = NULL,
    deferrals = i.deferrals + (v.status = 'pending')::int,
    settled_at = CASE WHEN v.status = 'pending' THEN NULL ELSE %(at)s END
FROM json_to_recordset(%(rows)s::json)
    AS v(id bigint, status text, reason text, verdict text, error text, until timestamptz)
WHERE i.id = v.id AND (i.status, v.status) IN (SELECT * FROM unnest(%(before)s::text[], %(after)s::text[]))"""


def _refusal_row(one: Refused) -> tuple[Any, ...]:
    return one.item.case.item_id, str(one.status), one.reason, one.verdict, one.error, one.until


def entry_of(item: Item, event: str, *, facts: str, message_id: int | None = None, carry: object = None) -> Draft:
    """An entry about one item."""
    case = item.case
    return Draft(
        organization_id=case.organization_id,
        event=event,
        actor=item.created_by,
        account_id=case.account_id,
        campaign_id=item.campaign_id,
        message_id=message_id,
        channels=(case.channel,),
        facts=facts,
        carry=carry,
    )


_EVENTS = {
    ItemStatus.PENDING: events.ITEM_DEFERRED,
    ItemStatus.SKIPPED: events.ITEM_SKIPPED,
    ItemStatus.FAILED: events.ITEM_FAILED,
    ItemStatus.CANCELLED: events.ITEM_CANCELLED,
}
_SETTLES = (ItemStatus.SKIPPED, ItemStatus.FAILED)


def refused_entry(one: Refused) -> Draft:
    known = canonical({"item": one.item.case.item_id, "reason": one.reason})
    facts = f'{known[:-1]},"verdict":{one.verdict}}}' if one.verdict else known
    if one.is_referred:
        return entry_of(one.item, events.ITEM_REFERRED, facts=facts, carry=one)
    carry = one.item.settled(sent=False, reason=one.reason) if one.status in _SETTLES else None
    return entry_of(one.item, _EVENTS[one.status], facts=facts, carry=carry)
