"""Simulated consumers: they read what is delivered to them and answer once, as their persona does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection, transaction

from forbear.channels.models import ProviderAccount

from .fates import Terms
from .models import PaperText, SimulatedConsumer
from .phones import Written, write_many
from .queries import phones_that_spoke
from .states import Persona
from .wordings import reply_of


class Arrived(Protocol):
    """A text that has arrived on a phone."""

    @property
    def pk(self) -> int: ...

    @property
    def gateway_id(self) -> str: ...

    @property
    def phone(self) -> str: ...


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
    due = [at + timedelta(seconds=terms.answers_after(text.gateway_id)) for text in first.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sandbox_papertext AS text SET answer_due_at = it.due"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS it (id, due) WHERE text.id = it.id",
            [[text.pk for text in first.values()], due],
        )


def answer(*, at: datetime, limit: int = 500) -> int:
    """Let those who are due write back, each once. Answers how many wrote."""
    with transaction.atomic():
        texts = sorted(PaperText.objects.raw(_CLAIM, [at, at, limit]), key=lambda text: text.pk)
        accounts = ProviderAccount.objects.in_bulk({text.provider_id for text in texts})
        written = [
            answer
            for account in accounts.values()
            for answer in _answers(
                [text for text in texts if text.provider_id == account.pk], Terms.of(account.options)
            )
        ]
        if written:
            write_many(written, at=at)
    return len(written)


_CLAIM = """
UPDATE sandbox_papertext SET answered_at = %s WHERE id IN (
    SELECT id FROM sandbox_papertext
    WHERE answered_at IS NULL AND answer_due_at IS NOT NULL AND answer_due_at <= %s
    ORDER BY answer_due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING *
"""


def _answers(texts: Sequence[PaperText], terms: Terms) -> list[Written]:
    personas = personas_of([text.phone for text in texts], terms)
    replies = [
        reply_of(personas[text.phone], to=text.body, roll=terms.roll("wording", text.gateway_id)) for text in texts
    ]
    return [
        Written(text.provider_id, text.phone, text.sender, reply)
        for text, reply in zip(texts, replies, strict=True)
        if reply
    ]


def personas_of(phones: Sequence[str], terms: Terms) -> dict[str, Persona]:
    """The persona noted for a phone, else the one that a hash of the number gives it by the terms' shares."""
    noted = dict(SimulatedConsumer.objects.filter(phone__in=phones).values_list("phone", "persona"))
    return {phone: Persona(noted[phone]) if phone in noted else terms.persona_of(phone) for phone in phones}
