"""Named reads of the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from forbear.accounts.models import Account, Consumer, local_day
from forbear.accounts.states import PointKind, PointStatus
from forbear.campaigns.models import Campaign
from forbear.core.phone import readable
from forbear.dispatch.models import Message
from forbear.dispatch.queries import call_of, contactability, thread
from forbear.dispatch.states import Channel, Direction
from forbear.dispatch.words import words_of
from forbear.staff.models import Organization, Person
from forbear.web.parts import Said
from forbear.wording.scripts import said

from .models import AutoReply, Conversation
from .states import Status

SHOWN = 40


class Show(StrEnum):
    """Which conversations the list holds."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Counts:
    """Open conversations, and how many of them wait for an answer since when."""

    mine: int
    unassigned: int
    all: int
    unread: int
    waiting: int
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation in the list."""

    conversation: Conversation
    name: str
    subject: str = ""
    """Of a letter."""


@dataclass(frozen=True, slots=True)
class Way:
    """One channel's answer to "may I write now?"."""

    channel: str
    outcome: str
    opens_at: datetime | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a thread: the account, and what may be done on each channel."""

    consumer: Consumer | None
    account: Account | None
    campaign: Campaign | None
    days_past_due: int | None
    ways: Sequence[Way]


def conversations(
    organization: Organization, *, show: str = Show.ALL, person: Person | None = None, words: str = ""
) -> QuerySet[Conversation]:
    """Newest first. words: a part of a name, of the address or of the last text."""
    rows = Conversation.objects.of(organization).select_related("assigned_to", "sender")
    rows = rows.filter(status=Status.CLOSED if show == Show.CLOSED else Status.OPEN)
    if show == Show.MINE:
        rows = rows.filter(assigned_to=person)
    elif show == Show.UNASSIGNED:
        rows = rows.filter(assigned_to__isnull=True)
    if words:
        rows = rows.filter(_about(organization, words))
    return rows.order_by("-last_at", "-pk")


def _about(organization: Organization, words: str) -> Q:
    named = Consumer.objects.of(organization)
    for word in words.split()[:4]:
        named = named.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    digits = "".join(c for c in words if c.isdigit())
    about = Q(consumer_id__in=named.values("pk")) | Q(last_text__icontains=words)
    return about | Q(address__contains=digits) if len(digits) > 2 else about


def counts(organization: Organization, person: Person | None) -> Counts:
    """One statement."""
    told = Conversation.objects.of(organization).filter(status=Status.OPEN)
    row = told.aggregate(
        mine=Count("pk", filter=Q(assigned_to=person)),
        unassigned=Count("pk", filter=Q(assigned_to__isnull=True)),
        all=Count("pk"),
        unread=Count("pk", filter=Q(unread__gt=0)),
        waiting=Count("waiting_since"),
        waiting_since=Min("waiting_since"),
    )
    return Counts(**row)


def lines(rows: Iterable[Conversation]) -> list[Line]:
    """With the consumers' names, or the address of somebody we do not know, and of letters the subject; one query, two
    where there are letters."""
    rows = list(rows)
    names = Consumer.objects.in_bulk([row.consumer_id for row in rows if row.consumer_id])
    letters = [row.last_message_id for row in rows if row.channel == Channel.EMAIL and row.last_message_id]
    subjects = dict(Message.objects.filter(pk__in=letters).values_list("pk", "subject")) if letters else {}
    return [
        Line(row, name_of(row, names.get(row.consumer_id or 0)), subjects.get(row.last_message_id or 0, ""))
        for row in rows
    ]


def name_of(conversation: Conversation, consumer: Consumer | None) -> str:
    if consumer is not None and str(consumer):
        return str(consumer)
    return readable(conversation.address) if conversation.address.startswith("+") else conversation.address


def said_in(conversation: Conversation) -> list[Said]:
    """The thread's bubbles, oldest first."""
    return bubbles(thread(conversation.organization, channel=conversation.channel, address=conversation.address))


def bubbles(messages: Sequence[Message]) -> list[Said]:
    names = _writers(messages)
    return [_bubble(message, names) for message in messages]


def _bubble(message: Message, names: dict[int, str]) -> Said:
    ours = message.direction == Direction.OUT
    writer = _person_number(message.created_by)
    call = call_of(message)
    return Said(
        text=said(message.body, channel=message.channel),
        subject=message.subject,
        at=message.at,
        ours=ours,
        status=message.status if ours else "",
        label=words_of(call).capitalize() if call else message.get_status_display() if ours else "",
        name=(names.get(writer, "") if writer else _OCCASIONS.get(message.occasion, "")) if ours else "",
    )


_OCCASIONS = {
    "campaign": "campaign",
    "answer": "automatic reply",
    "confirmation": "confirmation",
    "help": "answer to HELP",
}


def _writers(messages: Iterable[Message]) -> dict[int, str]:
    numbers = {number for message in messages if (number := _person_number(message.created_by))}
    return dict(Person.objects.filter(pk__in=numbers).values_list("pk", "name")) if numbers else {}


def _person_number(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "person" and number.isdigit() else None


def beside(conversation: Conversation, *, at: datetime) -> Beside:
    """Whom the thread is with and about what; the policy is asked once a channel."""
    organization = conversation.organization
    consumer = Consumer.objects.of(organization).filter(pk=conversation.consumer_id).first()
    account = None
    if conversation.account_id:
        accounts = Account.objects.of(organization).select_related("consumer", "creditor", "organization")
        account = accounts.filter(pk=conversation.account_id).first()
    campaign = Campaign.objects.of(organization).filter(pk=conversation.campaign_id).first()
    days = account.days_past_due(local_day(at, organization.time_zone)) if account else None
    return Beside(consumer, account, campaign, days, ways(account, at=at) if account else ())


def ways(account: Account, *, at: datetime) -> list[Way]:
    """SMS always; voice and e-mail where the person has such an address."""
    points = account.consumer.points.exclude(status=PointStatus.CLOSED)
    kinds = set(points.values_list("kind", flat=True))
    asked = ["sms", *(["voice"] if PointKind.PHONE in kinds else []), *(["email"] if PointKind.EMAIL in kinds else [])]
    return [_way(account, channel, at) for channel in asked]


def _way(account: Account, channel: str, at: datetime) -> Way:
    return way_of(channel, contactability(account=account, channel=channel, at=at))


def way_of(channel: str, verdict: dict[str, Any]) -> Way:
    opens = verdict["next_allowed_at"]
    deciding = [one["say"] for one in verdict["because"] if one["outcome"] == verdict["outcome"]]
    return Way(
        channel=channel,
        outcome=verdict["outcome"],
        opens_at=datetime.fromisoformat(opens) if opens else None,
        sentence=deciding[0] if deciding else "No rule stands in the way.",
    )


def may_answer(conversation: Conversation, account: Account | None, *, at: datetime) -> Way | None:
    """Whether an answer to the consumer's last message may leave now; None for somebody we do not know."""
    if account is None:
        return None
    heard = Message.objects.of(conversation.organization).filter(
        channel=conversation.channel, address=conversation.address, direction=Direction.IN
    )
    last = heard.order_by("-at", "-pk").values_list("at", flat=True).first()
    verdict = contactability(
        account=account, channel=conversation.channel, at=at, occasion="answer" if last else "manual", answers_at=last
    )
    return way_of(conversation.channel, verdict)


def language_of(conversation: Conversation, consumer: Consumer | None) -> str:
    spoken = consumer.language if consumer else ""
    return spoken or conversation.organization.locale[:2]


def auto_replies(organization: Organization) -> QuerySet[AutoReply]:
    """By sender, those with keywords first."""
    rows = AutoReply.objects.of(organization).select_related("sender", "organization")
    return rows.order_by("sender__address", "position", "pk")
