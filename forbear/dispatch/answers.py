"""What is answered by itself: one confirmation of a stop or a start, and HELP."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from forbear.accounts.models import Consumer, ContactPoint
from forbear.agent.intents import Intent
from forbear.compliance.actions import Draft
from forbear.consent.models import OptOut
from forbear.staff.models import Organization
from forbear.wording import catalogue

from .actions import Answer, drop_items_to, queue_answers
from .gather import lock_consumers
from .models import Message
from .states import Occasion

# 47 CFR 64.1200(a)(12): a confirmation within five minutes is within the consent; later it is one text too many.
CONFIRM_WITHIN = timedelta(minutes=5)
_CLOSED_BY = {
    "sms": ["sms"],
    "email": ["email"],
    "call": ["voice"],
    "whatsapp": ["whatsapp"],
    "all": ["sms", "email", "voice", "whatsapp"],
}


def drop_opted_out(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to an opt-out: what is queued to that address or person dies in the same transaction.

    Whoever judges a contact with these people at this moment is waited for, and whoever judges one later sees the
    opt-out: once it is acknowledged no clearance is given. Items before people, like those who judge.
    """
    by_channel: dict[str, set[tuple[int, str]]] = {}
    persons: dict[str, list[OptOut]] = {}
    for draft in drafts:
        row: OptOut = draft.carry
        if row.address:
            by_channel.setdefault(row.channel, set()).add((row.organization_id, row.address))
        else:
            persons.setdefault(row.channel, []).append(row)
    for channel, rows in persons.items():
        by_channel.setdefault(channel, set()).update(_addresses_of(rows))
    for channel, addresses in by_channel.items():
        drop_items_to(addresses, channels=_CLOSED_BY[channel], at=at)
    lock_consumers(_people_at(set().union(*by_channel.values())))


def _people_at(pairs: Collection[tuple[int, str]]) -> set[int]:
    addresses = [address for _, address in pairs]
    points = ContactPoint.objects.filter(address__in=addresses, organization__in={owner for owner, _ in pairs})
    return set(points.values_list("consumer_id", flat=True))


def _addresses_of(rows: Sequence[OptOut]) -> set[tuple[int, str]]:
    points = ContactPoint.objects.filter(consumer_id__in=[row.consumer_id for row in rows])
    return set(points.values_list("organization_id", "address"))


def answer_by_itself(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to received messages, after consent has honored them: at most one answer of a kind to an address."""
    wanted = [draft for draft in drafts if _kind(draft) and not draft.carry.answered]
    first = _first_stops([d.carry for d in wanted if _kind(d) == "stop"])
    due = [draft for draft in wanted if _kind(draft) != "stop" or draft.carry.pk in first]
    chosen = {(d.organization_id, d.carry.channel, d.carry.address, _kind(d)): d for d in due}.values()
    if not chosen:
        return
    consumers = Consumer.objects.filter(pk__in=[d.carry.consumer_id for d in chosen])
    languages = dict(consumers.values_list("pk", "language"))
    houses = Organization.objects.in_bulk([d.organization_id for d in chosen])
    queue_answers([_answer(d, houses[d.organization_id], languages) for d in chosen], at=at)


_ANSWERED = {Intent.OPT_IN: "start", Intent.HELP: "help"}


def _kind(draft: Draft) -> str:
    reading = draft.carry.reading
    return "stop" if reading.opts_out else _ANSWERED.get(reading.primary, "")


def _first_stops(messages: Sequence[Message]) -> set[int]:
    """The messages that closed something: a second STOP while the first stands gets no second text."""
    if not messages:
        return set()
    addresses = Q(address__in=[m.address for m in messages])
    persons = Q(address="", consumer_id__in=[m.consumer_id for m in messages])
    rows = OptOut.objects.filter(addresses | persons, lifted_at=None, message_id__in=[m.pk for m in messages])
    return set(rows.values_list("message_id", flat=True))


def _answer(draft: Draft, house: Organization, languages: dict[int, str]) -> Answer:
    message: Any = draft.carry
    language = languages.get(message.consumer_id) or message.language or house.locale[:2]
    kind = _kind(draft)
    body = {
        "stop": lambda: catalogue.stop_confirmation(house.name, language=language),
        "start": lambda: catalogue.start_confirmation(house.name, language=language),
        "help": lambda: catalogue.help_answer(house.name, language=language, phone=house.phone),
    }[kind]()
    occasion = Occasion.HELP if kind == "help" else Occasion.CONFIRMATION
    return Answer(message, occasion, body, not_after=message.at + CONFIRM_WITHIN)
