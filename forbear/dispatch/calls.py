"""Calls that have ended: each gets its record beside its message, which is delivered or not, and the log tells of it.

A call of which nobody tells in time ends too, as `unknown`; if its result comes after all, it is taken then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from forbear.compliance.actions import Draft, record
from forbear.providers.base import CallEnded

from . import events
from .contacts import STOP_KEY, Ended, Settled, named_item
from .inbound import ID, Arrived
from .rows import as_rows, storable
from .states import MESSAGE, CallResult, Disposition, MessageStatus

UNHEARD_AFTER = timedelta(minutes=30)
"""For so long a call may go on, or its gateway keep silent, before the walk goes on without its result."""

REACHED = frozenset({CallResult.RIGHT_PARTY, CallResult.THIRD_PARTY, CallResult.WRONG_NUMBER, CallResult.VOICEMAIL})
"""Somebody, or something, took the call."""

REPEATED = frozenset({CallResult.NO_ANSWER, CallResult.BUSY, CallResult.DROPPED, CallResult.UNKNOWN})
"""Nobody took it: the step is repeated while it has retries left."""

_MENU = {
    "1": Disposition.CALLBACK_SCHEDULED,
    "2": Disposition.PROMISE_TO_PAY,
    "3": Disposition.DISPUTE,
    STOP_KEY: Disposition.CEASE_REQUEST,
}
KEYS, TRANSCRIPT = 40, 20_000  # as wide as the column; as much as anybody says in half an hour

Key = tuple[int, str]


def apply_calls(arrived: Sequence[Arrived], at: datetime) -> set[int]:
    """Gives the webhooks that tell of a call whose message we do not know yet."""
    told = {
        (one.provider_id, storable(it.provider_id, ID)): (it, one.webhook_id)
        for one in arrived
        for it in one.told
        if isinstance(it, CallEnded)
    }
    if not told:
        return set()
    ended = _end([_row(*key, it) for key, (it, _) in told.items()])
    record([_entry(row, at) for row in ended if row[0]], at=at)
    known = {(row[1], row[2]) for row in ended}
    return {webhook for key, (_, webhook) in told.items() if key not in known}


def end_unheard(*, at: datetime, limit: int = 500) -> int:
    """Calls that nobody told us of in time end as `unknown`; gives how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_UNHEARD, [at - UNHEARD_AFTER, limit])
            rows = [_row(provider, gateway_id, _unheard(gateway_id, at)) for provider, gateway_id in cursor.fetchall()]
        ended = _end(rows) if rows else []
        record([_entry(row, at) for row in ended if row[0]], at=at)
    return len(ended)


_UNHEARD = """SELECT provider_id, gateway_id FROM dispatch_message
    WHERE channel = 'voice' AND status = 'sent' AND sent_at <= %s AND gateway_id IS NOT NULL
    ORDER BY sent_at, id LIMIT %s FOR UPDATE SKIP LOCKED"""


def _unheard(gateway_id: str, at: datetime) -> CallEnded:
    return CallEnded(gateway_id, CallResult.UNKNOWN, at)


_ROW = (
    "provider", "gateway_id", "item", "status", "result", "disposition", "at", "answered_at", "seconds", "keys",
    "transcript",
)  # fmt: skip
# A call is found by the gateway's id; where nobody knew whether it was placed, by our own reference. A result that
# comes after we had given up corrects the record that says so, and nothing else is written twice.
_END = """
WITH v AS (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS v(provider bigint, gateway_id text, item bigint, status text,
        result text, disposition text, at timestamptz, answered_at timestamptz, seconds int, keys text, transcript text)
), found AS (
    SELECT m.id, v.* FROM v JOIN dispatch_message m ON m.provider_id = v.provider AND m.channel = 'voice'
        AND (m.gateway_id = v.gateway_id OR m.gateway_id IS NULL AND m.item_id = v.item AND m.status = 'uncertain')
), told AS (
    INSERT INTO dispatch_call (message_id, organization_id, result, disposition, ended_at, answered_at,
        duration_seconds, keys, transcript)
    SELECT m.id, m.organization_id, f.result, f.disposition, f.at, f.answered_at, f.seconds, f.keys, f.transcript
    FROM found f JOIN dispatch_message m ON m.id = f.id
    WHERE (m.status, f.status) IN (SELECT * FROM unnest(%(before)s::text[], %(after)s::text[]))
       OR m.error_code = 'unknown' AND m.status = 'undelivered' AND f.result <> 'unknown'
    ON CONFLICT (message_id) DO UPDATE SET result = excluded.result, disposition = excluded.disposition,
        ended_at = excluded.ended_at, answered_at = excluded.answered_at, duration_seconds = excluded.duration_seconds,
        keys = excluded.keys, transcript = excluded.transcript
    WHERE dispatch_call.result = 'unknown' AND excluded.result <> 'unknown'
    RETURNING message_id
), moved AS (
    UPDATE dispatch_message m SET status = f.status, gateway_id = f.gateway_id, sent_at = coalesce(m.sent_at, f.at),
        error_code = CASE WHEN f.status = 'delivered' THEN '' ELSE f.result END, error = '',
        delivered_at = CASE WHEN f.status = 'delivered' THEN f.at END
    FROM found f JOIN told ON told.message_id = f.id WHERE m.id = f.id
    RETURNING m.id, m.item_id
), settled AS (
    UPDATE dispatch_queueitem i SET reason = '', error = '' FROM moved
    WHERE i.id = moved.item_id AND i.status = 'completed' AND i.reason = 'uncertain'
)
SELECT moved.id IS NOT NULL, f.provider, f.gateway_id, m.id, m.organization_id, m.account_id, m.campaign_id,
    m.consumer_id, m.address, i.id, i.enrollment_id, i.step, i.attempt, f.result, f.disposition, f.at, f.answered_at,
    f.seconds, f.keys, f.transcript
FROM found f JOIN dispatch_message m ON m.id = f.id LEFT JOIN moved ON moved.id = f.id
LEFT JOIN dispatch_queueitem i ON i.id = m.item_id ORDER BY m.id"""


def _end(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One statement; first in each row whether anything of it was new."""
    before, after = MESSAGE.steps("deliver", "bounce")
    with connection.cursor() as cursor:
        cursor.execute(_END, {"rows": as_rows(_ROW, rows), "before": before, "after": after})
        return list(cursor.fetchall())


def _row(provider: int, gateway_id: str, told: CallEnded) -> tuple[Any, ...]:
    keys = "".join(key for key in told.keys if key in "0123456789*#")[:KEYS]
    result = CallResult(told.result)
    status = MessageStatus.DELIVERED if result in REACHED else MessageStatus.UNDELIVERED
    return (
        provider,
        gateway_id,
        named_item(told.reference),
        str(status),
        str(result),
        str(_disposition(told.disposition, keys)),
        told.at,
        told.answered_at,
        told.duration_seconds,
        keys,
        storable(told.transcript, TRANSCRIPT),
    )


def _disposition(told: str, keys: str) -> Disposition:
    """What the gateway knows, else what the first key of the menu says."""
    if told in set(Disposition) and told != Disposition.NONE:
        return Disposition(told)
    return next((_MENU[key] for key in keys if key in _MENU), Disposition.NONE)


def _entry(row: tuple[Any, ...], at: datetime) -> Draft:
    _, _, _, message, owner, account, campaign, consumer, address, item, enrollment, step, attempt, *told = row
    result, disposition, ended_at, answered_at, seconds, keys, transcript = told
    call = Ended(
        message_id=message,
        item_id=item,
        consumer_id=consumer,
        address=address,
        result=CallResult(result),
        disposition=Disposition(disposition),
        at=min(ended_at, at),
        answered_at=answered_at,
        duration_seconds=seconds,
        keys=keys,
        transcript=transcript,
    )
    return Draft(
        organization_id=owner,
        event=events.CALL_ENDED,
        account_id=account,
        campaign_id=campaign,
        message_id=message,
        channels=("voice",),
        facts=_facts(call),
        carry=_settled(call, enrollment, step or 0, attempt or 0),
        consumer_id=None if account else consumer,
    )


def _facts(call: Ended) -> Mapping[str, Any]:
    """What was said is the consumer's: it stays with the call and out of the log."""
    facts: dict[str, Any] = {"result": str(call.result), "seconds": call.duration_seconds}
    if call.disposition is not Disposition.NONE:
        facts["disposition"] = str(call.disposition)
    return facts | ({"keys": call.keys} if call.keys else {})


def _settled(call: Ended, enrollment: int | None, step: int, attempt: int) -> Settled:
    reached = call.result in REACHED
    return Settled(
        enrollment,
        step,
        sent=True,
        reason="" if reached else str(call.result),
        attempt=attempt,
        final=True,
        retry=call.result in REPEATED,
        channel="voice",
        call=call,
    )
