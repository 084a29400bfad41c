"""What is written on paper phones: texts on their way in, through the gateway's webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from forbear.channels.models import ProviderAccount
from forbear.core.refusal import Invalid, NotFound
from forbear.staff.models import Organization

from .fates import STOP_WORDS, Terms
from .models import PaperText
from .postman import Event, post_events
from .queries import number_to_answer


class NobodyToAnswer(NotFound):
    """No paper number writes to this telephone, so there is nobody to answer."""


class NothingWritten(Invalid):
    """Write something first."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text typed on a phone, or a letter from a mailbox, to the number or address of a provider account."""

    provider_id: int
    phone: str
    sender: str
    body: str
    channel: str = "sms"
    subject: str = ""


def write_from_phone(
    *,
    phone: str,
    body: str,
    at: datetime,
    sender: str | None = None,
    organization: Organization | None = None,
) -> PaperText:
    """A consumer texts: to `sender`, else to whoever wrote last, else to the organization's first number.

    With an organization, only its own numbers can be answered. Raises NobodyToAnswer and NothingWritten.
    """
    if not body.strip() or "\x00" in body:
        raise NothingWritten
    number = number_to_answer(phone, sender=sender, organization=organization)
    if number is None:
        raise NobodyToAnswer
    written = Written(number.provider_id, phone, number.address, body, number.channel, answering(number.subject))
    return write_many([written], at=at)[0]


def answering(subject: str) -> str:
    """As mail programs write it."""
    return subject if not subject or subject.startswith("Re: ") else f"Re: {subject}"[:200]


def write_many(texts: Sequence[Written], *, at: datetime) -> list[PaperText]:
    """Keep the texts and post them, one signed batch a provider account; in order."""
    with transaction.atomic():
        rows = PaperText.objects.bulk_create(_rows(texts, at))
        accounts = ProviderAccount.objects.in_bulk({text.provider_id for text in texts})
        for account in accounts.values():
            terms = Terms.of(account.options)
            mine = [row for row in rows if row.provider_id == account.pk]
            post_events(account, [_event(row, terms) for row in mine], at=at)
    return rows


def _rows(texts: Sequence[Written], at: datetime) -> list[PaperText]:
    """The row's own number is the text's id at the gateway."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('sandbox_papertext', 'id')) FROM generate_series(1, %s)",
            [len(texts)],
        )
        numbers = [number for (number,) in cursor.fetchall()]
    return [
        PaperText(
            id=number,
            gateway_id=f"pi-{number}",
            provider_id=text.provider_id,
            direction="in",
            phone=text.phone,
            sender=text.sender,
            body=text.body,
            channel=text.channel,
            subject=text.subject,
            at=at,
        )
        for number, text in zip(numbers, texts, strict=True)
    ]


def _event(row: PaperText, terms: Terms) -> Event:
    return {
        "type": "text",
        "id": row.gateway_id,
        "from": row.phone,
        "to": row.sender,
        "text": row.body,
        "at": row.at.isoformat(),
        "channel": row.channel,
        "subject": row.subject,
        "answered": row.channel != "email" and terms.handles_stop and row.body.strip().lower() in STOP_WORDS,
    }
