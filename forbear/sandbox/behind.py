"""What happened behind the paper phone: how the house read what was written, and what it sent."""

from __future__ import annotations

from forbear.consent.models import OptOut
from forbear.dispatch.models import Message, QueueItem
from forbear.dispatch.states import Direction, ItemStatus
from forbear.dispatch.words import kind_of, telling
from forbear.staff.models import Organization
from forbear.web.parts import Happening

SHOWN = 12

_READINGS = {
    "opt_out": ("a wish not to be texted", "stop", "stop"),
    "help": ("a call for help", "help", "going"),
    "opt_in": ("a wish to hear from us again", "check", "good"),
    "dispute": ("a dispute", "dispute", "person"),
    "human": ("something a person should read", "talk", "person"),
    "none": ("a message for the inbox", "inbox", "going"),
}


def behind(organization: Organization, phone: str) -> list[Happening]:
    """The latest happenings around one address, newest first; four queries."""
    messages = Message.objects.of(organization).filter(address=phone).select_related("call")
    opt_outs = OptOut.objects.of(organization).filter(address=phone).order_by("-pk")[:SHOWN]
    told = [_message(message) for message in messages.order_by("-at", "-pk")[:SHOWN]]
    told += [happening for opt_out in opt_outs for happening in _opt_out(opt_out)]
    told += _unsent(organization, phone)
    return sorted(told, key=lambda it: it.at, reverse=True)[:SHOWN]


def _message(message: Message) -> Happening:
    if message.direction == Direction.IN:
        read, icon, tone = _READINGS.get(
            message.intent, (message.intent.replace("_", " ") or "a message for the inbox", "talk", "person")
        )
        return Happening(at=message.at, sentence=f"“{_short(message.body)}” was read as {read}", icon=icon, tone=tone)
    sentence, tone = telling(message, name="the consumer")
    at = message.delivered_at or message.sent_at or message.at
    return Happening(at=at, sentence=sentence, icon=message.channel, tone=tone)


def _opt_out(opt_out: OptOut) -> list[Happening]:
    closed = Happening(
        at=opt_out.recorded_at, sentence="Texts to this number were stopped at once", icon="stop", tone="stop"
    )
    if opt_out.lifted_at is None:
        return [closed]
    return [
        Happening(at=opt_out.lifted_at, sentence="Texts to this number are allowed again", icon="check"),
        closed,
    ]


def _unsent(organization: Organization, phone: str) -> list[Happening]:
    """What was planned for the person and waits, or did not leave."""
    rows = (
        QueueItem.objects.of(organization)
        .filter(consumer__points__address=phone, status__in=[ItemStatus.PENDING, ItemStatus.SKIPPED])
        .order_by("-pk")[:SHOWN]
    )
    return [_item(item) for item in rows]


def _item(item: QueueItem) -> Happening:
    reason = f" ({item.reason.replace('_', ' ')})" if item.reason else ""
    kind = kind_of(item.occasion, item.channel)
    if item.status == ItemStatus.PENDING:
        return Happening(at=item.created_at, sentence=f"{kind} waits for its moment{reason}", icon="clock", tone="wait")
    at = item.settled_at or item.created_at
    return Happening(at=at, sentence=f"{kind} was not sent{reason}", icon="stop", tone="stop")


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
