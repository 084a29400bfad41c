"""Many opt-outs at once, from a file, a pasted list or a program: the good ones are recorded, the others named."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from forbear.accounts.models import Consumer
from forbear.core.ids import number_of
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization

from .actions import Request, normalized, opt_out_many
from .refusals import NotAnAddress
from .states import OptOutChannel, OptOutSource

MOST = 10_000
WORDS_OF_A_HEADER = {"address", "phone", "phone number", "phonenumber", "email", "e-mail", "number", "contact"}


class TooMany(Invalid):
    """At most 10,000 opt-outs at once; send the rest in a second list."""


class Unreadable(Invalid):
    """This list cannot be read: a line is longer than any address, or a quotation mark stands astray."""


class NothingThere(Invalid):
    """There is no telephone number and no e-mail address in this."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One line: an address as it was written, or a consumer's public id."""

    channel: OptOutChannel
    address: str = ""
    consumer_id: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that could not be used; `line` counts from 1, `column` is named where a file has several."""

    line: int
    value: str
    reason: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many were recorded now, how many stood already, and which lines are wrong."""

    recorded: int
    already: int
    rejected: list[Rejected]


def opt_out_list(
    *,
    organization: Organization,
    wishes: Sequence[Wish],
    source: OptOutSource,
    actor: str,
    at: datetime,
    most: int = MOST,
) -> Recorded:
    """Records every line that can be used, in a fixed number of statements. Raises TooMany."""
    if len(wishes) > most:
        raise TooMany(f"At most {most:,} opt-outs at once; send the rest in a second list.")
    known = _consumers(organization, wishes)
    requests, rejected = [], []
    for line, wish in enumerate(wishes, start=1):
        try:
            requests.append(_request(organization, wish, known, at))
        except NotAnAddress as refusal:
            rejected.append(Rejected(line, wish.address or wish.consumer_id, refusal.sentence))
    with transaction.atomic():
        rows = opt_out_many(organization=organization, requests=requests, source=source, actor=actor, at=at)
    fresh = {row.pk for row in rows if row.recorded_at == at and row.recorded_by == actor}
    return Recorded(len(fresh), len({row.pk for row in rows} - fresh), rejected)


def _consumers(organization: Organization, wishes: Sequence[Wish]) -> set[int]:
    numbers = {number_of(Consumer.prefix, wish.consumer_id) for wish in wishes if wish.consumer_id} - {None}
    return set(Consumer.objects.of(organization).filter(pk__in=numbers).values_list("pk", flat=True))


def _request(organization: Organization, wish: Wish, known: set[int], at: datetime) -> Request:
    if wish.address:
        address = normalized(wish.address, country=organization.country)
        return Request(channel=wish.channel, at=at, address=address, notes=wish.notes)
    number = number_of(Consumer.prefix, wish.consumer_id)
    if number not in known:
        raise NotAnAddress("There is neither an address nor a known consumer in this line.")
    return Request(channel=wish.channel, at=at, consumer_id=number, notes=wish.notes)


def addresses_in(text: str) -> list[str]:
    """One address a line, the first cell where a line has several; a header and empty lines are left out.

    Raises Unreadable and NothingThere.
    """
    delimiter = max(",;\t", key=text.count)
    try:
        cells = [row[0].strip() for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error as wrong:
        raise Unreadable(fields={"addresses": str(Unreadable.__doc__)}) from wrong
    found = [cell for cell in cells if cell and cell.casefold() not in WORDS_OF_A_HEADER]
    if not found:
        raise NothingThere(fields={"addresses": "There is no telephone number and no e-mail address in this."})
    return found
