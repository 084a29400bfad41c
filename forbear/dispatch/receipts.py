"""What gateways told us, read in batches: receipts move messages, replies become received messages.

The raw body is already stored (see `actions.receive_webhook`); reading it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from forbear.agent.intents import classify
from forbear.compliance.actions import Draft, record
from forbear.providers.base import Inbound, Receipt, Unreadable
from forbear.providers.registry import adapter_of

from . import events
from .models import Message
from .rows import as_rows
from .states import MessageStatus

# A receipt may overtake the answer to our own call: it is tried again for so long.
PATIENCE = timedelta(minutes=2)


@dataclass(slots=True)
class Arrived:
    """One stored webhook and what it says."""

    webhook_id: int
    provider_id: int
    organization_id: int
    received_at: datetime
    told: list[Receipt | Inbound]
    error: str = ""


def read_webhooks(*, at: datetime, limit: int = 50) -> int:
    """Read stored webhooks; gives how many were finished. Zero: nothing to do, or only receipts that came too early."""
    with transaction.atomic():
        arrived = [_translated(*row) for row in _claim(limit)]
        if not arrived:
            return 0
        early = _apply_receipts(arrived, at)
        _apply_inbound(arrived, at)
        done = [one for one in arrived if one.webhook_id not in early or one.received_at < at - PATIENCE]
        _finish(done)
        return len(done)


def read_until_idle(*, at: datetime) -> int:
    total = 0
    while done := read_webhooks(at=at):
        total += done
    return total


def _claim(limit: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT w.id, w.provider_id, p.organization_id, w.received_at, p.kind, w.body
               FROM dispatch_webhook w JOIN channels_provideraccount p ON p.id = w.provider_id
               WHERE w.status = 'new' ORDER BY w.id LIMIT %s FOR UPDATE OF w SKIP LOCKED""",
            [limit],
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
WHERE m.provider_id = v.provider AND m.gateway_id = v.gateway_id AND m.status IN ('sending', 'sent', 'uncertain')
RETURNING m.id, m.organization_id, m.account_id, m.campaign_id, m.channel, m.status, m.error_code"""


def _apply_receipts(arrived: Sequence[Arrived], at: datetime) -> set[int]:
    """Gives the webhooks with a receipt for a message that we do not know yet."""
    final = _last_words(arrived)
    if not final:
        return set()
    rows = [(provider, gateway, r.status, r.at, r.code, r.text) for (provider, gateway), (r, _) in final.items()]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [as_rows(("provider", "gateway_id", "status", "at", "code", "text"), rows)])
        moved = cursor.fetchall()
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
                key = (one.provider_id, told.provider_id)
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
    )


@dataclass(frozen=True, slots=True)
class Thread:
    """To which of our messages a reply belongs: the last one that went to that address."""

    consumer_id: int | None = None
    account_id: int | None = None
    campaign_id: int | None = None
    sender_id: int | None = None
    language: str = ""  # that we wrote in


def _apply_inbound(arrived: Sequence[Arrived], at: datetime) -> None:
    inbound = [(one, told) for one in arrived for told in one.told if isinstance(told, Inbound)]
    if not inbound:
        return
    threads = _threads({(one.organization_id, told.address) for one, told in inbound})
    senders = _senders(sorted({one.provider_id for one, _ in inbound}))
    rows = [_received(one, told, threads, senders) for one, told in inbound]
    fresh = _only_new(rows)
    Message.objects.bulk_create(fresh)
    record([_inbound_entry(message) for message in fresh], at=at)


def _received(one: Arrived, told: Inbound, threads: dict[Any, Thread], senders: dict[Any, int]) -> Message:
    thread = threads.get((one.organization_id, told.address), Thread())
    reading = classify(told.body, channel=told.channel, language=thread.language or "en")
    message = Message(
        organization_id=one.organization_id,
        direction="in",
        channel=told.channel,
        occasion="answer",
        address=told.address,
        consumer_id=thread.consumer_id,
        account_id=thread.account_id,
        campaign_id=thread.campaign_id,
        sender_id=senders.get((one.provider_id, told.recipient), thread.sender_id),
        provider_id=one.provider_id,
        gateway_id=told.provider_id,
        body=told.body,
        segments=1,
        status=MessageStatus.RECEIVED,
        intent=str(reading.primary),
        created_by=f"consumer:{thread.consumer_id}" if thread.consumer_id else "consumer",
        at=told.at,
    )
    message.reading, message.answered, message.language = reading, told.answered, thread.language  # in memory only
    return message


def _only_new(rows: Sequence[Message]) -> list[Message]:
    """A gateway may tell the same reply twice, in one batch or in two."""
    once = {(row.provider_id, row.gateway_id): row for row in rows}
    known = Message.objects.filter(
        provider__in={row.provider_id for row in rows}, gateway_id__in={row.gateway_id for row in rows}
    ).values_list("provider_id", "gateway_id")
    return [row for key, row in once.items() if key not in set(known)]


def _threads(addresses: set[tuple[int, str]]) -> dict[tuple[int, str], Thread]:
    """By the last message we sent to the address; failing that, by whose contact point it is."""
    owners, texts = (list(column) for column in zip(*addresses, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.owner, a.address, m.consumer_id, m.account_id, m.campaign_id, m.sender_id,
                      coalesce(t.language, '')
               FROM unnest(%s::bigint[], %s::text[]) AS a(owner, address)
               JOIN LATERAL (SELECT * FROM dispatch_message m WHERE m.organization_id = a.owner
                    AND m.address = a.address AND m.direction = 'out'
                    ORDER BY m.at DESC, m.id DESC LIMIT 1) m ON true
               LEFT JOIN dispatch_queueitem i ON i.id = m.item_id
               LEFT JOIN wording_templateversion v ON v.id = i.template_version_id
               LEFT JOIN wording_template t ON t.id = v.template_id""",
            [owners, texts],
        )
        threads = {(row[0], row[1]): Thread(*row[2:]) for row in cursor.fetchall()}
        cursor.execute(
            """SELECT DISTINCT ON (p.organization_id, p.address) p.organization_id, p.address, p.consumer_id, a.id
               FROM unnest(%s::bigint[], %s::text[]) AS w(owner, address)
               JOIN accounts_contactpoint p ON p.organization_id = w.owner AND p.address = w.address
               LEFT JOIN accounts_account a ON a.consumer_id = p.consumer_id
               ORDER BY p.organization_id, p.address, a.id DESC NULLS LAST""",
            [owners, texts],
        )
        for owner, address, consumer, account in cursor.fetchall():
            threads.setdefault((owner, address), Thread(consumer, account))
    return threads


def _senders(providers: list[int]) -> dict[tuple[int, str], int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT provider_id, address, id FROM channels_sender WHERE provider_id = ANY(%s)", [providers])
        return {(provider, address): pk for provider, address, pk in cursor.fetchall()}


def _inbound_entry(message: Message) -> Draft:
    return Draft(
        organization_id=message.organization_id,
        event=events.MESSAGE_RECEIVED,
        actor=message.created_by,
        account_id=message.account_id,
        campaign_id=message.campaign_id,
        message_id=message.pk,
        channels=(message.channel,),
        facts={"intent": message.intent, "answered_by_gateway": message.answered},
        carry=message,
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
