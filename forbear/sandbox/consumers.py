"""Simulated consumers: they read what is delivered to them and answer once, as their persona does.

Two kinds answer letters by no letter: one ends them by the link in their headers, the other reports them as unwanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection, transaction

from forbear.channels.models import ProviderAccount
from forbear.dispatch.unsubscribing import one_click

from .fates import Terms
from .models import PaperText, SimulatedConsumer
from .phones import Written, answering, write_many
from .postman import post_events
from .queries import phones_that_spoke
from .states import Persona, Takes
from .wordings import reply_of


class Arrived(Protocol):
    """A text that has arrived on a phone."""

    @property
    def pk(self) -> int: ...

    @property
    def gateway_id(self) -> str: ...

    @property
    def phone(self) -> str: ...

    @property
    def channel(self) -> str: ...


QUIET = timedelta(days=3)
"""Who has answered says nothing more for this long: a confirmation of ours is not answered again."""


def read(texts: Sequence[Arrived], *, terms: Terms, at: datetime) -> None:
    """These texts were just delivered by an account on these terms: note who will answer, and when.

    A fixed number of statements, and none where nobody ever answers.
    """
    personas = personas_of([text.phone for text in texts], terms)
    talkers = [text for text in texts if personas[text.phone] != Persona.SILENT]
    if not talkers:
        return
    phones, ids = [text.phone for text in talkers], [text.pk for text in talkers]
    spoke = phones_that_spoke(phones, since=at - QUIET, but_for=ids)
    first = {text.phone: text for text in reversed(talkers) if text.phone not in spoke}
    due = [_due(text, personas[text.phone], terms, at) for text in first.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sandbox_papertext AS text SET answer_due_at = it.due"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS it (id, due) WHERE text.id = it.id",
            [[text.pk for text in first.values()], due],
        )


def _due(text: Arrived, persona: Persona, terms: Terms, at: datetime) -> datetime:
    """Who does not have to write needs no time for it."""
    clicks = text.channel == "email" and persona in _CLICK
    return at if clicks else at + timedelta(seconds=terms.answers_after(text.gateway_id))


def answer(*, at: datetime, limit: int = 500) -> int:
    """Let those who are due write back, each once. Answers how many wrote."""
    with transaction.atomic():
        texts = sorted(PaperText.objects.raw(_CLAIM, [at, at, limit]), key=lambda text: text.pk)
        accounts = ProviderAccount.objects.in_bulk({text.provider_id for text in texts})
        written: list[Written] = []
        clicked = 0
        for account in accounts.values():
            mine, terms = [text for text in texts if text.provider_id == account.pk], Terms.of(account.options)
            personas = personas_of([text.phone for text in mine], terms)
            clicked += _click(account, mine, personas, at)
            written += _answers(mine, personas, terms)
        if written:
            write_many(written, at=at)
    return len(written) + clicked


def _click(account: ProviderAccount, texts: Sequence[PaperText], personas: Mapping[str, Persona], at: datetime) -> int:
    """The letters that were reported are told of by the gateway; the others' links are followed with one click."""
    letters = [text for text in texts if text.channel == "email"]
    unwanted = [text for text in letters if personas[text.phone] == Persona.COMPLAINS]
    post_events(account, [{"type": "complaint", "id": it.gateway_id, "at": at.isoformat()} for it in unwanted], at=at)
    ended = [text for text in letters if personas[text.phone] == Persona.UNSUBSCRIBES]
    for letter in ended:
        one_click(letter.unsubscribe_url.rsplit("/", 1)[-1], at=at)
    return len(unwanted) + len(ended)


_CLAIM = """
UPDATE sandbox_papertext SET answered_at = %s WHERE id IN (
    SELECT id FROM sandbox_papertext
    WHERE answered_at IS NULL AND answer_due_at IS NOT NULL AND answer_due_at <= %s
    ORDER BY answer_due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING *
"""


def _answers(texts: Sequence[PaperText], personas: Mapping[str, Persona], terms: Terms) -> list[Written]:
    replies = [
        reply_of(personas[text.phone], to=text.body, roll=terms.roll("wording", text.gateway_id)) for text in texts
    ]
    return [
        Written(text.provider_id, text.phone, text.sender, reply, text.channel, answering(text.subject))
        for text, reply in zip(texts, replies, strict=True)
        if reply
    ]


def personas_of(phones: Sequence[str], terms: Terms) -> dict[str, Persona]:
    """The persona noted for a phone, else the one that a hash of the number gives it by the terms' shares."""
    rows = SimulatedConsumer.objects.filter(phone__in=phones).values_list("phone", "persona", "takes")
    noted = {phone: _TAKES.get(takes) or persona for phone, persona, takes in rows}
    return {phone: Persona(noted[phone]) if noted.get(phone) else terms.persona_of(phone) for phone in phones}


_CLICK = frozenset({Persona.COMPLAINS, Persona.UNSUBSCRIBES})
_TAKES = {Takes.COMPLAINT: Persona.COMPLAINS, Takes.UNSUBSCRIBE: Persona.UNSUBSCRIBES}
