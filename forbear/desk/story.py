"""One account's whole story: what was said, what was planned, who decided what; newest first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from forbear.accounts.models import Account, BucketMove
from forbear.compliance.models import Entry
from forbear.consent.models import Act, Hold, OptOut
from forbear.consent.states import ActType
from forbear.dispatch.models import Message
from forbear.web.pagination import UnknownCursor
from forbear.web.parts import Happening

from .sentences import acts_told, entries_told, holds_told, message_told, moves_told, opt_outs_told

CHAPTER = 40


@dataclass(frozen=True)
class Told:
    """One thing that happened. `source` and `number` name its row, and break ties of the same moment."""

    at: datetime
    source: str
    number: int
    happening: Happening
    row: Any

    @property
    def place(self) -> tuple[datetime, str, int]:
        return (self.at, self.source, self.number)


@dataclass(frozen=True)
class Chapter:
    """Some of the story, and the cursor of what happened before it."""

    told: list[Told]
    next_cursor: str | None

    @property
    def happenings(self) -> list[Happening]:
        return [one.happening for one in self.told]


@dataclass(frozen=True)
class Source:
    """Rows of one table that belong to the story."""

    name: str
    rows: QuerySet[Any]
    column: str
    tell: Callable[[Sequence[Any]], Sequence[Happening]]

    def before(self, place: tuple[datetime, str, int] | None, limit: int) -> list[Told]:
        rows = self.rows.order_by(f"-{self.column}", "-pk")
        if place is not None:
            rows = rows.filter(self._earlier(*place))
        found = list(rows[:limit])
        told = zip(found, self.tell(found), strict=True)
        return [Told(getattr(row, self.column), self.name, row.pk, happening, row) for row, happening in told]

    def _earlier(self, at: datetime, source: str, number: int) -> Q:
        earlier = Q(**{f"{self.column}__lt": at})
        if self.name < source:
            return earlier | Q(**{self.column: at})
        return earlier | Q(**{self.column: at, "pk__lt": number}) if self.name == source else earlier


def story(account: Account, *, cursor: str = "", limit: int = CHAPTER, words_only: bool = False) -> Chapter:
    """A chapter of at most `limit` happenings before `cursor`. words_only: only what was said and written.

    Raises UnknownCursor.
    """
    place = read_place(cursor) if cursor else None
    sources = [_messages(account)] if words_only else _sources(account)
    found = [source.before(place, limit + 1) for source in sources]
    told = list(islice(merge(*found, key=lambda one: one.place, reverse=True), limit + 1))
    more, told = len(told) > limit, told[:limit]
    return Chapter(told, write_place(told[-1]) if more else None)


def _messages(account: Account) -> Source:
    """Messages about this account, and those with the person that name no account."""
    mine = Q(account_id=account.pk) | Q(account_id__isnull=True)
    rows = Message.objects.of(account.organization).filter(mine, consumer_id=account.consumer_id)
    rows = rows.select_related("call")
    return Source("message", rows, "at", lambda some: [message_told(row, account) for row in some])


def _sources(account: Account) -> Sequence[Source]:
    organization, consumer = account.organization, account.consumer_id
    addresses = [point.address for point in account.consumer.points.all()]
    opt_outs = OptOut.objects.of(organization).filter(Q(address__in=addresses) | Q(consumer_id=consumer))
    holds = Hold.objects.of(organization).filter(Q(account=account.pk) | Q(account__isnull=True), consumer=consumer)
    acts = Act.objects.of(organization).filter(Q(account_id=account.pk) | Q(account_id=None), consumer_id=consumer)
    return [
        _messages(account),
        Source("act", acts.exclude(type=ActType.VOID), "at", acts_told),
        Source("bucket_move", BucketMove.objects.of(organization).filter(account=account), "at", moves_told),
        Source("entry", _entries(account), "at", entries_told),
        Source("hold", holds, "opened_at", holds_told),
        Source("opt_out", opt_outs, "at", opt_outs_told),
    ]


TOLD_ELSEWHERE = ("dispatch:message:", "dispatch:call:", "consent:", "dispatch:item:cleared")


def _entries(account: Account) -> QuerySet[Entry]:
    rows = Entry.objects.of(account.organization).filter(account_id=account.pk)
    for beginning in TOLD_ELSEWHERE:
        rows = rows.exclude(event__startswith=beginning)
    return rows


def write_place(told: Told) -> str:
    """A row's place in the story as one opaque word."""
    text = json.dumps([told.at.isoformat(), told.source, told.number], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(cursor: str) -> tuple[datetime, str, int]:
    """The place that `write_place` wrote; UnknownCursor for anything else."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        at, source, number = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError, RecursionError, binascii.Error) as wrong:
        raise UnknownCursor from wrong
    if moment.tzinfo is None or not isinstance(source, str) or type(number) is not int or abs(number) >= 2**63:
        raise UnknownCursor
    return moment, source, number
