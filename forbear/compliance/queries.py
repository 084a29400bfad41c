"""Named reads of the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from forbear.core.ids import number_of, public_id

from .models import Entry
from .vault import personal_of
from .words import groups, names_of

SUBJECTS = {"account": "acc", "campaign": "cmp", "consumer": "con", "document": "doc", "message": "msg"}
ACTORS = {"usr": "person", "key": "key", "con": "consumer"}
AT_ONCE = 1000
KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which entries are wanted. Ids are public ones; days are whole days of the organization, both included."""

    event: str = ""
    group: str = ""
    user: str = ""
    account: str = ""
    accounts: Sequence[int] = ()
    campaign: str = ""
    consumer: str = ""
    document: str = ""
    message: str = ""
    start_date: date | None = None
    end_date: date | None = None


def entries(organization: Any, asked: Asked) -> QuerySet[Entry]:
    """Entries of an organization; an id that nobody has finds none."""
    rows = Entry.objects.of(organization)
    if asked.event:
        rows = rows.filter(event=asked.event)
    if asked.group:
        rows = rows.filter(event__in=[event for g in groups() if g.name == asked.group for event in g.events])
    if asked.user:
        rows = rows.filter(actor=actor_of(asked.user))
    for name, prefix in SUBJECTS.items():
        if public := getattr(asked, name):
            rows = rows.filter(**{f"{name}_id": number_of(prefix, public) or 0})
    if asked.accounts:
        rows = rows.filter(account_id__in=asked.accounts)
    zone = ZoneInfo(organization.time_zone)
    if asked.start_date:
        rows = rows.filter(at__gte=datetime.combine(asked.start_date, time(), zone))
    if asked.end_date:
        rows = rows.filter(at__lt=datetime.combine(asked.end_date + timedelta(days=1), time(), zone))
    return rows


def actor_of(user: str) -> str:
    """`usr_…` as the log writes it; `system` and words that are nobody stay as they are."""
    prefix = user.partition("_")[0]
    number = number_of(prefix, user) if prefix in ACTORS else None
    return user if number is None else f"{ACTORS[prefix]}:{number}"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it leaves the house: on the wire, in a CSV, in a JSONL."""

    id: str
    sequence: int
    event: str
    user: str
    subjects: Mapping[str, str]
    channels: list[str]
    at: datetime
    facts: Mapping[str, Any]
    personal: Mapping[str, str | None]
    """By name; None once erased."""


def line_of(entry: Entry, names: Mapping[str, str], personal: Mapping[int, Mapping[str, str | None]]) -> Line:
    subjects = {
        f"{name}_id": public_id(prefix, number)
        for name, prefix in SUBJECTS.items()
        if (number := getattr(entry, f"{name}_id")) is not None
    }
    return Line(
        entry.public_id,
        entry.pk,
        entry.event,
        names.get(entry.actor, entry.actor),
        subjects,
        entry.channels,
        entry.at,
        entry.told["facts"],
        personal.get(entry.pk, {}),
    )


def lines(rows: QuerySet[Entry]) -> Iterator[Line]:
    """All of them in their order, read in pieces: memory stays flat."""
    found = rows.order_by("pk").iterator(chunk_size=AT_ONCE)
    while some := list(islice(found, AT_ONCE)):
        names, personal = names_of(some), personal_of(some)
        yield from (line_of(entry, names, personal) for entry in some)


@dataclass(frozen=True, slots=True)
class Extent:
    """The number of the newest entry (0 where there is none), when the oldest was written, and how often each event was
    written since a moment."""

    newest: int
    began: datetime | None
    counts: Mapping[str, int]


_EXTENT = """
SELECT coalesce((SELECT id FROM compliance_entry WHERE organization_id = %(org)s ORDER BY id DESC LIMIT 1), 0),
       (SELECT at FROM compliance_entry WHERE organization_id = %(org)s ORDER BY id LIMIT 1),
       CASE WHEN %(counts)s THEN (SELECT json_object_agg(event, n) FROM (
            SELECT event, count(*) AS n FROM compliance_entry WHERE organization_id = %(org)s AND at >= %(since)s
            GROUP BY event) AS counted) END"""


def extent(organization_id: int, since: datetime, *, half_minute: int) -> Extent:
    """One statement. Events are counted once in a half minute, for a busy day is long."""
    name = f"entries:{organization_id}:{since.isoformat()}:{half_minute}"
    known: dict[str, int] | None = cache.get(name)
    with connection.cursor() as cursor:
        cursor.execute(_EXTENT, {"org": organization_id, "since": since, "counts": known is None})
        newest, began, counts = cursor.fetchone() or (0, None, None)
    if known is None:
        known = counts or {}
        cache.set(name, known, KEPT_SECONDS)
    return Extent(newest, began, known)
