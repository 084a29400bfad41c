"""Verbs of the notices room: what is told, that it is read, and who wants a letter about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from forbear.staff.models import Person

from .models import Notice, Reader, Seen
from .queries import Line
from .states import KEPT_FOR, QUIET_FOR, Digest, Kind


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell an organization."""

    organization_id: int
    kind: Kind
    title: str
    path: str
    body: str = ""


def tell(news: Iterable[News], *, at: datetime) -> None:
    """In the caller's transaction, in one statement. A notice points at what the log tells; it is no entry itself."""
    Notice.objects.bulk_create(
        Notice(organization_id=one.organization_id, kind=one.kind, title=one.title[:160], body=one.body[:300],
               path=one.path[:200], at=at)
        for one in news
    )  # fmt: skip


def tell_once_an_hour(news: Iterable[News], *, at: datetime) -> None:
    """The same title is not repeated while it is still being told."""
    some = {(one.organization_id, one.title[:160]): one for one in news}
    owners = {owner for owner, _ in some}
    told = Notice.objects.filter(organization__in=owners, at__gt=at - QUIET_FOR, title__in=[title for _, title in some])
    known = set(told.values_list("organization_id", "title"))
    tell([one for key, one in some.items() if key not in known], at=at)


def mark_shown(*, person: Person, lines: Iterable[Line]) -> None:
    """Whoever opens the panel has read what stands in it, and nothing that came while it was drawn."""
    shown = [Seen(person=person, notice=line.notice) for line in lines if line.unread]
    Seen.objects.bulk_create(shown, ignore_conflicts=True)


def mark_all(*, person: Person) -> None:
    """Everything up to now is read."""
    with transaction.atomic():
        newest = Notice.objects.of(person.organization).aggregate(newest=Max("pk"))["newest"] or 0
        Reader.objects.update_or_create(person=person, defaults={"through_id": newest})
        Seen.objects.filter(person=person, notice__lte=newest).delete()


def prefer(*, person: Person, digest: Digest | str) -> Reader:
    """A letter a day about what is unread, or none. What came before is not told any more."""
    newest = Notice.objects.of(person.organization).aggregate(newest=Max("pk"))["newest"] or 0
    wanted = {"digest": Digest(digest), "digest_through_id": newest}
    reader, _ = Reader.objects.update_or_create(person=person, defaults=wanted)
    return reader


def forget_notices(*, at: datetime) -> int:
    """Those that are too old to be told; gives how many. The log keeps what they pointed at."""
    with transaction.atomic():
        old = Notice.objects.filter(at__lte=at - KEPT_FOR)
        Seen.objects.filter(notice__in=old).delete()
        return int(old.delete()[0])
