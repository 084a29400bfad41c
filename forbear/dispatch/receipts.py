"""What gateways told us, read in batches: receipts move messages, replies become received messages.

The raw body is already stored (see `actions.receive_webhook`); reading it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from forbear.accounts.turns import begins_again
from forbear.compliance.actions import Draft, record
from forbear.providers.base import HARD_BOUNCE, Receipt, Unreadable
from forbear.providers.registry import adapter_of

from . import events
from .calls import apply_calls
from .complaints import apply_complaints
from .contacts import Bounced, named_item
from .inbound import ID, Arrived, apply_inbound
from .rows import as_rows, storable
from .settling import CODE, SENTENCE
from .states import MESSAGE, MessageStatus

log = structlog.get_logger("forbear.dispatch")

# A receipt may overtake the answer to our own call: it is tried again for so long.
PATIENCE = timedelta(minutes=2)


def read_webhooks(*, at: datetime, limit: int = 50) -> int:
    """Read one batch of stored webhooks; gives how many were finished, the others hold receipts that came too early."""
    return _read(at, limit, beyond=0)[0]


def read_until_idle(*, at: datetime, limit: int = 50) -> int:
    """Batch after batch, in the order in which they came; one that has to wait holds up none behind it."""
    total, beyond = 0, 0
    while True:
        finished, last = _read(at, limit, beyond)
        if last is None:
            return total
        total, beyond = total + finished, last


@begins_again
def _read(at: datetime, limit: int, beyond: int) -> tuple[int, int | None]:
    """How many were finished, and the last one that was looked at; None where there was none."""
    try:
        with transaction.atomic():
            rows = _claim(limit, beyond)
            return (_apply(rows, at), rows[-1][0]) if rows else (0, None)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # one that nobody foresaw must not keep the others' STOPs from being read
        log.exception("webhooks not read")
        return _read_one_by_one(at, limit, beyond)


def _read_one_by_one(at: datetime, limit: int, beyond: int) -> tuple[int, int | None]:
    finished, last = 0, None
    for _ in range(limit):
        with transaction.atomic():
            rows = _claim(1, beyond if last is None else last)
            if not rows:
                break
            last = int(rows[0][0])
            finished += _apply_or_fail(rows, at)
    return finished, last


def _apply_or_fail(rows: list[tuple[Any, ...]], at: datetime) -> int:
    try:
        with transaction.atomic():
            return _apply(rows, at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("webhook not read", webhook=rows[0][0])
        why = f"It could not be taken in ({type(error).__name__})."
        webhook, provider, owner, received_at = rows[0][:4]
        _finish([Arrived(webhook, provider, owner, received_at, [], why)])
        return 1


def _apply(rows: list[tuple[Any, ...]], at: datetime) -> int:
    arrived = [_translated(*row) for row in rows]
    early = _apply_receipts(arrived, at) | apply_calls(arrived, at) | apply_complaints(arrived, at)
    apply_inbound(arrived, at)
    done = [one for one in arrived if one.webhook_id not in early or abs(at - one.received_at) > PATIENCE]
    _finish(done)
    return len(done)


def _claim(limit: int, beyond: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT w.id, w.provider_id, p.organization_id, w.received_at, p.kind, w.body
               FROM dispatch_webhook w JOIN channels_provideraccount p ON p.id = w.provider_id
               WHERE w.status = 'new' AND w.id > %s ORDER BY w.id LIMIT %s FOR UPDATE OF w SKIP LOCKED""",
            [beyond, limit],
        )
        return list(cursor.fetchall())


def _translated(
    webhook_id: int, provider_id: int, organization_id: int, received_at: datetime, kind: str, body: str
) -> Arrived:
    arrived = Arrived(webhook_id, provider_id, organization_id, received_at, [])
    try:
        arrived.told = adapter_of(kind).read(body)
    except Unreadable as error:
        arrived.error = str(error) or "The body cannot be read."
    return arrived


_MOVE = """
UPDATE dispatch_message m SET status = v.status, error_code = v.code, error = v.text,
    sent_at = coalesce(m.sent_at, v.at),
    delivered_at = CASE WHEN v.status = 'delivered' THEN v.at ELSE m.delivered_at END
FROM json_to_recordset(%s::json)
     AS v(provider bigint, gateway_id text, status text, at timestamptz, code text, text text)
WHERE m.provider_id = v.provider AND m.gateway_id = v.gateway_id
  AND (m.status, v.status) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
RETURNING m.id, m.organization_id, m.account_id, m.campaign_id, m.channel, m.status, m.error_code, m.consumer_id,
    m.address"""

_TOLD = ("provider", "gateway_id", "status", "at", "code", "text")

# Nobody knew whether it had gone, so that we have no id of the gateway's for it: our own reference finds it.
_FIND = """
WITH found AS (
    UPDATE dispatch_message m SET status = v.status, error_code = v.code, error = v.text, gateway_id = v.gateway_id,
        sent_at = coalesce(m.sent_at, v.at), delivered_at = CASE WHEN v.status = 'delivered' THEN v.at END
    FROM json_to_recordset(%s::json)
         AS v(provider bigint, gateway_id text, status text, at timestamptz, code text, text text, item bigint)
    WHERE m.item_id = v.item AND m.provider_id = v.provider AND m.gateway_id IS NULL AND m.status = 'uncertain'
    RETURNING m.*
), settled AS (
    UPDATE dispatch_queueitem i SET reason = '', error = '' FROM found
    WHERE i.id = found.item_id AND i.status = 'completed' AND i.reason = 'uncertain'
)
SELECT id, organization_id, account_id, campaign_id, channel, status, error_code, consumer_id, address
FROM found ORDER BY id"""


def _apply_receipts(arrived: Sequence[Arrived], at: datetime) -> set[int]:
    """Gives the webhooks with a receipt for a message that we do not know yet."""
    final = _last_words(arrived)
    if not final:
        return set()
    rows = [(*key, r.status, r.at, storable(r.code, CODE), storable(r.text, SENTENCE)) for key, (r, _) in final.items()]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [as_rows(_TOLD, rows), *MESSAGE.steps()])
        moved = cursor.fetchall()
        by_item = [
            (*row, item)
            for row, told in zip(rows, final.values(), strict=True)
            if (item := named_item(told[0].reference))
        ]
        if by_item and len(moved) < len(final):
            cursor.execute(_FIND, [as_rows((*_TOLD, "item"), by_item)])
            moved += cursor.fetchall()
        known: set[tuple[int, str]] = set()
        if len(moved) < len(final):
            cursor.execute(
                """SELECT provider_id, gateway_id FROM dispatch_message WHERE (provider_id, gateway_id) IN
                   (SELECT * FROM unnest(%s::bigint[], %s::text[]))""",
                [[row[0] for row in rows], [row[1] for row in rows]],
            )
            known = set(cursor.fetchall())
    record([_receipt_entry(*row) for row in moved if row[5] != "sent"], at=at)
    if len(moved) == len(final):
        return set()
    return {webhook for key, (_, webhook) in final.items() if key not in known}


def _last_words(arrived: Sequence[Arrived]) -> dict[tuple[int, str], tuple[Receipt, int]]:
    """The last receipt of each message, a final one before a passing one."""
    final: dict[tuple[int, str], tuple[Receipt, int]] = {}
    for one in arrived:
        for told in one.told:
            if isinstance(told, Receipt):
                key = (one.provider_id, storable(told.provider_id, ID))
                if key not in final or told.status != MessageStatus.SENT:
                    final[key] = (told, one.webhook_id)
    return final


def _receipt_entry(
    pk: int,
    organization: int,
    account: int | None,
    campaign: int | None,
    channel: str,
    status: str,
    code: str,
    consumer: int | None,
    address: str,
) -> Draft:
    delivered = status == MessageStatus.DELIVERED
    return Draft(
        organization_id=organization,
        event=events.MESSAGE_DELIVERED if delivered else events.MESSAGE_UNDELIVERED,
        account_id=account,
        campaign_id=campaign,
        message_id=pk,
        channels=(channel,),
        facts={"code": code} if code else {},
        carry=None if delivered else Bounced(consumer, address, permanent=code == HARD_BOUNCE),
    )


def _finish(done: Sequence[Arrived]) -> None:
    if not done:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_webhook w SET error = v.error,
                   status = CASE WHEN v.error = '' THEN 'read' ELSE 'failed' END
               FROM unnest(%s::bigint[], %s::text[]) AS v(id, error) WHERE w.id = v.id""",
            [[one.webhook_id for one in done], [one.error for one in done]],
        )
