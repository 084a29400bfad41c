"""What consumers wrote: received messages find their place beside what we sent, and the log tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from forbear.agent.intents import classify
from forbear.compliance.actions import Draft, record
from forbear.providers.base import Inbound, Told

from . import events
from .models import Message
from .rows import storable
from .states import MessageStatus

ID, ADDRESS, SUBJECT = 80, 254, 200  # as wide as the columns


@dataclass(slots=True)
class Arrived:
    """One stored webhook and what it says."""

    webhook_id: int
    provider_id: int
    organization_id: int
    received_at: datetime
    told: list[Told]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """To which of our messages a reply belongs: the last one that went to that address."""

    consumer_id: int | None = None
    account_id: int | None = None
    campaign_id: int | None = None
    sender_id: int | None = None
    language: str = ""  # that we wrote in


def apply_inbound(arrived: Sequence[Arrived], at: datetime) -> None:
    inbound = [(one, told) for one in arrived for told in one.told if isinstance(told, Inbound)]
    if not inbound:
        return
    threads = _threads({(one.organization_id, storable(told.address, ADDRESS)) for one, told in inbound})
    senders = _senders(sorted({one.provider_id for one, _ in inbound}))
    rows = [_received(one, told, threads, senders) for one, told in inbound]
    fresh = _only_new(rows)
    Message.objects.bulk_create(fresh)
    record([_inbound_entry(message) for message in fresh], at=at)


def _received(one: Arrived, told: Inbound, threads: dict[Any, Thread], senders: dict[Any, int]) -> Message:
    thread = threads.get((one.organization_id, storable(told.address, ADDRESS)), Thread())
    body = storable(told.body, len(told.body))
    subject = storable(told.subject, SUBJECT)
    reading = classify(body if body.strip() else subject, channel=told.channel, language=thread.language or "en")
    message = Message(
        organization_id=one.organization_id,
        direction="in",
        channel=told.channel,
        occasion="answer",
        address=storable(told.address, ADDRESS),
        consumer_id=thread.consumer_id,
        account_id=thread.account_id,
        campaign_id=thread.campaign_id,
        sender_id=senders.get((one.provider_id, told.recipient), thread.sender_id),
        provider_id=one.provider_id,
        gateway_id=storable(told.provider_id, ID),
        subject=subject,
        body=body,
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
               JOIN accounts_consumer c ON c.id = p.consumer_id
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
