"""What is answered by itself: one confirmation of a stop or a start, and HELP."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from forbear.accounts.models import Consumer, ContactPoint
from forbear.agent.intents import Intent
from forbear.compliance.actions import Draft, canonical
from forbear.consent.models import OptOut
from forbear.policy.loading import standard as law
from forbear.policy.recorded import opted_out_record
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
    alike: dict[tuple[str, str, date], list[OptOut]] = {}
    for draft in drafts:
        row: OptOut = draft.carry
        alike.setdefault((row.channel, "address" if row.address else "person", row.at.date()), []).append(row)
    closed: set[tuple[int, str]] = set()
    for (channel, scope, since), rows in alike.items():
        people = [row.consumer_id for row in rows if row.consumer_id] if scope == "person" else None
        addresses = {(row.organization_id, row.address) for row in rows} if people is None else _addresses_of(people)
        why = canonical(opted_out_record(law(), channel=channel, scope=scope, since=since, at=at))
        drop_items_to(addresses, channels=_CLOSED_BY[channel], verdict=why, at=at, people=people)
        closed |= addresses
    lock_consumers(_people_at(closed))


def _people_at(pairs: Collection[tuple[int, str]]) -> list[int]:
    owners, addresses = [owner for owner, _ in pairs], [address for _, address in pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.consumer_id FROM unnest(%s::bigint[], %s::text[]) AS w(owner, address)
               JOIN accounts_contactpoint p ON p.organization_id = w.owner AND p.address = w.address""",
            [owners, addresses],
        )
        return [row[0] for row in cursor.fetchall()]


def _addresses_of(people: Collection[int]) -> set[tuple[int, str]]:
    points = ContactPoint.objects.filter(consumer_id__in=people)
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


# Nobody who writes that they want no more letters wants one about it; the texts are about texts.
_CONFIRMED = frozenset({"sms", "whatsapp"})
_ANSWERED = {Intent.OPT_IN: "start", Intent.HELP: "help"}


def _kind(draft: Draft) -> str:
    reading = draft.carry.reading
    if draft.carry.channel not in _CONFIRMED:
        return ""
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
