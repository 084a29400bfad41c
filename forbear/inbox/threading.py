"""The reactions to received messages: they join their conversation, and automatic replies follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from forbear.agent.intents import Intent
from forbear.agent.normalize import normalize
from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.dispatch.actions import Answer, queue_answers
from forbear.dispatch.models import Message
from forbear.dispatch.rows import as_rows
from forbear.dispatch.states import Direction, Occasion

from . import events
from .models import AutoReply, Conversation
from .states import Status

# Two machines must not talk to each other for ever: so many automatic replies to one address in a day.
AUTOMATIC_A_DAY = 3
_DAY = timedelta(days=1)
_ANSWERED_BY_ITSELF = frozenset({Intent.OPT_OUT, Intent.OPT_IN, Intent.HELP})


def thread_inbound(drafts: Sequence[Draft], at: datetime) -> None:
    """Each message makes its conversation the newest, open and unread; unknown addresses get one as well."""
    messages = sorted((draft.carry for draft in drafts), key=lambda message: (message.at, message.pk))
    reopened = _closed(messages)
    begun: dict[tuple[int, str, str], Conversation] = {}
    for message in messages:
        _add(begun.setdefault(_key(message), _begun(message)), message)
    rows = [[getattr(begun[key], name) for name in _NAMES] for key in sorted(begun)]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [as_rows(_NAMES, rows)])
    record([_reopened(row) for row in reopened], at=at)


_NAMES = (
    "organization_id", "channel", "address", "status", "unread", "last_message_id", "last_text", "last_intent",
    "last_at", "waiting_since", "consumer_id", "account_id", "campaign_id", "sender_id",
)  # fmt: skip

# Somebody may begin the same conversation at this moment, or add to it: what is here goes on top of what is there.
_OPEN = """
INSERT INTO inbox_conversation AS c (organization_id, channel, address, status, unread, last_message_id, last_text,
    last_intent, last_at, waiting_since, consumer_id, account_id, campaign_id, sender_id)
SELECT * FROM json_to_recordset(%s::json) AS v(organization_id bigint, channel text, address text, status text,
    unread int, last_message_id bigint, last_text text, last_intent text, last_at timestamptz,
    waiting_since timestamptz, consumer_id bigint, account_id bigint, campaign_id bigint, sender_id bigint)
ON CONFLICT (organization_id, channel, address) DO UPDATE SET
    status = excluded.status, unread = c.unread + excluded.unread, last_message_id = excluded.last_message_id,
    last_text = excluded.last_text, last_intent = excluded.last_intent, last_at = excluded.last_at,
    waiting_since = coalesce(c.waiting_since, excluded.waiting_since), sender_id = excluded.sender_id,
    consumer_id = coalesce(excluded.consumer_id, c.consumer_id),
    account_id = CASE WHEN excluded.consumer_id IS NULL THEN c.account_id ELSE excluded.account_id END,
    campaign_id = CASE WHEN excluded.consumer_id IS NULL THEN c.campaign_id ELSE excluded.campaign_id END"""


def _key(message: Message) -> tuple[int, str, str]:
    return message.organization_id, message.channel, message.address


def _closed(messages: Sequence[Message]) -> list[Conversation]:
    rows = Conversation.objects.filter(
        organization__in={m.organization_id for m in messages},
        address__in={m.address for m in messages},
        status=Status.CLOSED,
    )
    wanted = {_key(message) for message in messages}
    return [row for row in rows if (row.organization_id, row.channel, row.address) in wanted]


def _begun(message: Message) -> Conversation:
    return Conversation(
        organization_id=message.organization_id,
        channel=message.channel,
        address=message.address,
        last_at=message.at,
    )


def _reopened(conversation: Conversation) -> Draft:
    return Draft(
        conversation.organization_id,
        events.CONVERSATION_REOPENED,
        account_id=conversation.account_id,
        campaign_id=conversation.campaign_id,
        channels=(conversation.channel,),
        facts={"conversation": conversation.public_id},
    )


def _add(conversation: Conversation, message: Message) -> None:
    conversation.status = Status.OPEN
    conversation.unread += 1
    conversation.last_message_id = message.pk
    conversation.last_text = message.body[:160]
    conversation.last_intent = message.intent
    conversation.last_at = message.at
    if message.intent not in _ANSWERED_BY_ITSELF:
        conversation.waiting_since = conversation.waiting_since or message.at
    conversation.sender_id = message.sender_id
    if message.consumer_id is not None:
        conversation.consumer_id = message.consumer_id
        conversation.account_id = message.account_id
        conversation.campaign_id = message.campaign_id


def answer_automatically(drafts: Sequence[Draft], at: datetime) -> None:
    """The first fitting rule of the sender answers. A stop, a start and HELP have answers of their own, and what has
    legal weight waits for a person."""
    messages = [d.carry for d in drafts if _may_be_answered(d.carry)]
    rules = _rules(messages)
    chosen = [(m, rule) for m in messages if (rule := _fitting(m, rules.get(m.sender_id, ())))]
    if not chosen:
        return
    tired = _tired([m for m, _ in chosen], at)
    answers, withheld = [], []
    for message, rule in chosen:
        key = message.organization_id, message.address
        count, doubles = tired.get(key, (0, set()))
        if count >= AUTOMATIC_A_DAY or message.body in doubles:
            withheld.append(_withheld(message))
        else:
            answers.append(_answer(message, rule))
            tired[key] = (count + 1, doubles)
    queue_answers(answers, at=at)
    record(withheld, at=at)


def _may_be_answered(message: Message) -> bool:
    reading = message.reading  # type: ignore[attr-defined]
    return not (reading.intents & _ANSWERED_BY_ITSELF or reading.holds or reading.closes or reading.route_to_person)


def _rules(messages: Sequence[Message]) -> dict[int | None, list[AutoReply]]:
    rules: dict[int | None, list[AutoReply]] = {}
    senders = {m.sender_id for m in messages if m.sender_id is not None}
    for rule in AutoReply.objects.filter(sender__in=senders, is_active=True).order_by("position", "pk"):
        rules.setdefault(rule.sender_id, []).append(rule)
    return rules


def _fitting(message: Message, rules: Sequence[AutoReply]) -> AutoReply | None:
    """Keywords match whole words of the message; keyword rules come before the one that answers everything."""
    words = normalize(message.body)
    by_word = (rule for rule in rules if any(_says(words, keyword) for keyword in rule.keywords))
    return next(by_word, None) or next((rule for rule in rules if not rule.keywords), None)


def _says(words: str, keyword: str) -> bool:
    wanted = normalize(keyword)
    return bool(wanted) and re.search(rf"(?<!\S){re.escape(wanted)}(?!\S)", words) is not None


def _tired(messages: Sequence[Message], at: datetime) -> dict[tuple[int, str], tuple[int, set[str]]]:
    """Per address of the last day: how many automatic replies went there, and the texts that came twice from there."""
    rows = Message.objects.filter(
        organization__in={m.organization_id for m in messages},
        address__in={m.address for m in messages},
        at__gte=at - _DAY,
    ).values_list("organization_id", "address", "direction", "created_by", "occasion", "body")
    seen: dict[tuple[int, str], tuple[int, set[str]]] = {}
    repeated: dict[tuple[int, str], set[str]] = {}
    for owner, address, direction, by, occasion, body in rows:
        count, doubles = seen.get((owner, address), (0, set()))
        if direction == Direction.IN:
            said = repeated.setdefault((owner, address), set())
            doubles = doubles | {body} if body in said else doubles
            said.add(body)
        elif by == SYSTEM and occasion == Occasion.ANSWER:
            count += 1
        seen[owner, address] = (count, doubles)
    return seen


def _answer(message: Message, rule: AutoReply) -> Answer:
    return Answer(message, Occasion.ANSWER, rule.body, not_after=message.at + _DAY)


def _withheld(message: Message) -> Draft:
    return Draft(
        message.organization_id,
        events.AUTO_REPLY_WITHHELD,
        account_id=message.account_id,
        message_id=message.pk,
    )
