"""Named reads of the notices room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from forbear.staff.models import Person
from forbear.staff.permissions import permissions_of

from .models import Notice, Reader, Seen
from .states import KEPT_FOR, NEEDS, SHOWN, Kind

MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as somebody sees it."""

    notice: Notice
    unread: bool


def kinds_of(person: Person) -> list[str]:
    """What this person is told."""
    may = permissions_of(person.role)
    return [str(kind) for kind in Kind if NEEDS[kind] in may]


def notices_of(person: Person, *, at: datetime) -> QuerySet[Notice]:
    """Those of the last days that are for this person, the newest first."""
    rows = Notice.objects.of(person.organization).filter(kind__in=kinds_of(person), at__gt=at - KEPT_FOR)
    return rows.order_by("-id")


def unread(person: Person, *, at: datetime) -> int:
    """How many this person has not seen; at most a hundred are counted. One statement."""
    return _unread(person, at)[:MOST_COUNTED].count()


def _unread(person: Person, at: datetime) -> QuerySet[Notice]:
    read = Reader.objects.filter(person=person.pk, through_id__gte=OuterRef("pk"))
    seen = Seen.objects.filter(person=person.pk, notice=OuterRef("pk"))
    return notices_of(person, at=at).filter(~Exists(read), ~Exists(seen))


def lines_of(person: Person, *, at: datetime) -> list[Line]:
    """The newest ones; two statements."""
    rows = list(notices_of(person, at=at)[:SHOWN])
    fresh = set(_unread(person, at).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [Line(row, row.pk in fresh) for row in rows]


def untold(reader: Reader, *, at: datetime) -> list[Notice]:
    """What a digest has to tell: what came since the last one and is unread, the newest first."""
    rows = _unread(reader.person, at).filter(pk__gt=reader.digest_through_id)
    return list(rows[:SHOWN])
