"""Local dates and opening hours in plain seconds, right through daylight-saving nights, and fast.

Instants are whole seconds since the epoch, days are counted from 1970-01-01. An offset is looked up for
each quarter of an hour by itself, never carried over; opening times are computed as wall times of their
date and converted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from math import ceil, floor
from zoneinfo import ZoneInfo

from forbear.core.refusal import Refusal

DAY = 86400
QUARTER = 900
HORIZON_DAYS = 14
KEPT_ANSWERS = 20_000
_EPOCH = date(1970, 1, 1)

Spans = tuple[tuple[int, int], ...]
"""Half-open stretches, ``(from, to)``: of a local day in seconds since its midnight, or of instants."""

Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
"""Monday first."""


class UnknownZone(Refusal):
    """The tz database has no such time zone."""


@cache
def zone_info(zone: str) -> ZoneInfo:
    """The zone as the pinned tzdata wheel knows it, whatever copy the machine has. Raises UnknownZone.

    A stale system copy is an hour off in places: Vancouver, Edmonton and Winnipeg stopped changing in 2026.
    """
    try:
        with files("tzdata.zoneinfo").joinpath(*zone.split("/")).open("rb") as rules:
            return ZoneInfo.from_file(rules, key=zone)
    except (OSError, ValueError) as problem:
        raise UnknownZone(f"There is no time zone {zone!r}.") from problem


def second_of(instant: datetime) -> int:
    """The second the instant lies in."""
    return floor(instant.timestamp())


def second_after(instant: datetime) -> int:
    """The first whole second that is not before the instant."""
    return ceil(instant.timestamp())


def instant_of(ts: int) -> datetime:
    return datetime.fromtimestamp(ts, UTC)


def day_of(local_date: date) -> int:
    return (local_date - _EPOCH).days


def date_of(day: int) -> date:
    return _EPOCH + timedelta(days=day)


@lru_cache(maxsize=1 << 17)
def _offset(zone: str, quarter: int) -> int:
    instant = datetime.fromtimestamp(quarter * QUARTER, zone_info(zone))
    return int((instant.utcoffset() or timedelta(0)).total_seconds())


def local_day(zone: str, ts: int) -> int:
    """The local calendar day of an instant."""
    return (ts + _offset(zone, ts // QUARTER)) // DAY


def local_time(zone: str, ts: int) -> str:
    """The wall clock, for sentences: ``07:42``."""
    minutes = (ts + _offset(zone, ts // QUARTER)) % DAY // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def wall(zone: str, day: int, second: int, *, fold: int = 0) -> int:
    """The instant of a wall time. ``fold=1`` is the second of two equal wall times on an autumn night."""
    whole_days, second = divmod(second, DAY)
    midnight = datetime.combine(date_of(day + whole_days), datetime.min.time())
    local = (midnight + timedelta(seconds=second)).replace(fold=fold, tzinfo=zone_info(zone))
    return int(local.timestamp())


@lru_cache(maxsize=1 << 14)
def day_start(zone: str, day: int) -> int:
    """The first instant of a local day."""
    return wall(zone, day, 0)


class Schedule:
    """When one may contact: a week of open spans, less closed dates and times the person ruled out.

    A window that opens or shuts inside an autumn night's repeated hour opens at its second and shuts at
    its first occurrence; a time ruled out covers both.
    """

    __slots__ = ("_answers", "_closed", "_known", "_openings", "_ruled_out", "week")

    def __init__(
        self, week: Week, *, closed: Callable[[date], bool] | None = None, ruled_out: Week | None = None
    ) -> None:
        self.week = week
        self._closed = closed
        self._ruled_out = ruled_out
        self._known: dict[tuple[str, int], Spans] = {}
        self._answers: dict[tuple[tuple[str, ...], int], bool] = {}
        self._openings: dict[tuple[tuple[str, ...], int], int | None] = {}

    def is_open(self, zones: tuple[str, ...], ts: int) -> bool:
        """Whether the instant is open in every one of the zones. A batch asks this again and again."""
        answer = self._answers.get((zones, ts))
        if answer is None:
            if len(self._answers) > KEPT_ANSWERS:
                self._answers.clear()
            answer = self._answers[zones, ts] = self._is_open(zones, ts)
        return answer

    def _is_open(self, zones: tuple[str, ...], ts: int) -> bool:
        known = self._known
        for zone in zones:
            day = (ts + _offset(zone, ts // QUARTER)) // DAY
            spans = known.get((zone, day))
            if spans is None:
                spans = self._spans(zone, day)
            for opens, shuts in spans:
                if opens <= ts < shuts:
                    break
            else:
                return False
        return True

    def next_open(self, zones: tuple[str, ...], ts: int) -> int | None:
        """The first instant from ``ts`` on that is open in all the zones; None if there is none in 14
        days."""
        limit = ts + HORIZON_DAYS * DAY
        while ts <= limit:
            openings = [self._opening(zone, ts) for zone in zones]
            latest = max((opening for opening in openings if opening is not None), default=None)
            if latest is None or None in openings:
                return None
            if latest == ts:
                return ts
            ts = latest
        return None

    def _opening(self, zone: str, ts: int) -> int | None:
        today = local_day(zone, ts)
        for day in range(today, today + HORIZON_DAYS + 2):
            for opens, shuts in self._spans(zone, day):
                if ts < shuts:
                    return max(ts, opens)
        return None

    def _spans(self, zone: str, day: int) -> Spans:
        spans = self._known.get((zone, day))
        if spans is None:
            if len(self._known) > 50_000:
                self._known.clear()
            spans = self._known[zone, day] = self._open_spans(zone, day)
        return spans

    def _open_spans(self, zone: str, day: int) -> Spans:
        local_date = date_of(day)
        if self._closed is not None and self._closed(local_date):
            return ()
        weekday = local_date.weekday()
        spans = [(wall(zone, day, a, fold=1), wall(zone, day, b)) for a, b in self.week[weekday]]
        for a, b in self._ruled_out[weekday] if self._ruled_out else ():
            spans = _without(spans, wall(zone, day, a), wall(zone, day, b, fold=1))
        return tuple((opens, shuts) for opens, shuts in spans if opens < shuts)


def _without(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    return [
        part
        for opens, shuts in spans
        for part in ((opens, min(shuts, start)), (max(opens, end), shuts))
        if part[0] < part[1]
    ]


def every_day(start: int, end: int, *, weekdays: frozenset[int] = frozenset(range(7))) -> Week:
    """The same span (seconds since midnight) on each of the weekdays, Monday being 0."""
    spans = [((start, end),) if day in weekdays and start < end else () for day in range(7)]
    return (spans[0], spans[1], spans[2], spans[3], spans[4], spans[5], spans[6])
