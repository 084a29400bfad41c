"""When: the hours of the law and of the organization, in every zone the person may be in."""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache

from forbear.policy import clock
from forbear.policy.calendars import CALENDARS
from forbear.policy.clock import Schedule, Spans, Week, every_day, local_time
from forbear.policy.facts import KEYWORD_REPLIES, Designation, Facts
from forbear.policy.holidays import public_holidays
from forbear.policy.rules.replies import may_answer
from forbear.policy.rules.shape import Findings, Head, Moment, Shape, Values
from forbear.policy.verdict import WEIGHT, Fact, Outcome

WORDS = frozenset({"zones", "local", "window", "opens"})
NOTHING_KNOWN: dict[str, Fact] = {"zones": (), "local": (), "window": "", "opens": ()}


class HoursShape(Shape):
    """Allows inside a schedule, defers to its next common opening, and asks a person where there is none.

    Confirmations and answers to HELP keep no hours: they answer the consumer within minutes, by the same medium.

    ``answer_minutes``: the one answer to a message the consumer sent so recently may leave although it is
    closed.
    """

    rank = 60
    reason = "outside_hours"
    words = WORDS
    outcomes = (Outcome.ALLOW, Outcome.DEFER, Outcome.HUMAN)
    by_clock = True

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self.answer_minutes = values.whole("answer_minutes", 0)
        self._open: dict[tuple[str, ...], Findings] = {}

    def judge(self, facts: Facts, moment: Moment, schedule: Schedule) -> Findings:
        zones, ts = moment.zones, moment.ts
        if facts.message.occasion in KEYWORD_REPLIES:
            return self.allowed
        if zones and schedule.is_open(zones, ts):
            return self._open.get(zones) or self._opened(zones)
        if self.answer_minutes and may_answer(facts, moment, minutes=self.answer_minutes):
            return self.tell(zones=zones)
        if not zones:
            return self.ask("unknown_location", ("location_known",), **NOTHING_KNOWN)
        return self._closed(zones, ts, schedule)

    def _closed(self, zones: tuple[str, ...], ts: int, schedule: Schedule) -> Findings:
        local, window = clocks(zones, ts), window_of(schedule, zones, ts)
        opening = schedule.next_open(zones, ts)
        if opening is None:
            return self.ask("no_open_time", ("human",), zones=zones, local=local, window=window, opens=())
        return self.defer(opening, zones=zones, local=local, window=window, opens=clocks(zones, opening))

    def _opened(self, zones: tuple[str, ...]) -> Findings:
        if len(self._open) > 10_000:
            self._open.clear()
        return self._open.setdefault(zones, self.tell(zones=zones))


class TimeWindow(HoursShape):
    """A window of the law: ``week`` with half-open local hours.

    ``closed_on`` names a calendar whose holidays are closed, or says ``facts``: the holidays that the facts bring,
    failing these our own calendars of the places where the person may be; where nobody knows any a person is asked.
    """

    kind = "time_window"

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        calendar = values.calendar("closed_on")
        self.week = values.week("week")
        self.needs_holidays = calendar == "facts"
        self._schedule = Schedule(self.week, closed=CALENDARS.get(calendar or ""))

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if not self.needs_holidays or facts.message.occasion in KEYWORD_REPLIES:
            return self.judge(facts, moment, self._schedule)
        holidays = facts.holidays
        if holidays is None:
            holidays = _holidays_at(facts.places, clock.date_of(moment.ts // clock.DAY).year)
        if holidays is None:
            return self.ask("unknown_holidays", ("calendar_known",), **NOTHING_KNOWN)
        return self.judge(facts, moment, _closed_on(self.week, holidays))


class DesignatedTime(HoursShape):
    """No contact at a time that the person called inconvenient, wherever they may be (12 CFR
    1006.6(b)(1)(i)).

    The word need not be used: "don't reach me at school" designates, "I'm busy" does not (comment 6(b)(1)-1).
    Which words do is settled before: the facts bring only standing designations.
    """

    kind = "designated_time"
    reads = "designations"
    rank = 25
    reason = "inconvenient_time"

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if not facts.designations:
            return self.allowed
        found = self.allowed
        for zone, schedule in _designated(facts.designations):
            there = moment if zone is None else Moment(moment.ts, (zone,))
            found = max(found, self.judge(facts, there, schedule), key=_weight)
        return found


class OwnHours(HoursShape):
    """The organization's own window and weekdays (Settings > Limits)."""

    kind = "own_hours"

    def find(self, facts: Facts, moment: Moment) -> Findings:
        limits = facts.organization.limits
        schedule = own_schedule(limits.window_from, limits.window_to, limits.weekdays)
        return self.judge(facts, moment, schedule)


class OwnHolidays(HoursShape):
    """The organization's closed days: a calendar's holidays, unless it has switched them off."""

    kind = "own_holidays"
    rank = 61
    reason = "holiday"

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        calendar = CALENDARS[values.calendar("closed_on") or "US-FEDERAL"]
        self._schedule = Schedule(every_day(0, clock.DAY), closed=calendar)

    def find(self, facts: Facts, moment: Moment) -> Findings:
        if not facts.organization.limits.holidays_closed or not moment.zones:
            return self.allowed
        if self._schedule.is_open(moment.zones, moment.ts):
            return self.allowed
        return self.judge(facts, moment, self._schedule)


@lru_cache(maxsize=4096)
def _designated(designations: tuple[Designation, ...]) -> tuple[tuple[str | None, Schedule], ...]:
    """The open time left, by the zone the person spoke of (None: all candidate zones)."""
    zones = dict.fromkeys(designation.zone for designation in designations)
    return tuple((zone, Schedule(every_day(0, clock.DAY), ruled_out=_ruled_out(designations, zone))) for zone in zones)


def _ruled_out(designations: tuple[Designation, ...], zone: str | None) -> Week:
    spans: list[Spans] = [() for _ in range(7)]
    for designation in designations:
        if designation.zone == zone:
            for day in designation.weekdays:
                for shift, span in _spans_of(designation):
                    spans[(day + shift) % 7] = (*spans[(day + shift) % 7], span)
    return (spans[0], spans[1], spans[2], spans[3], spans[4], spans[5], spans[6])


def _spans_of(designation: Designation) -> tuple[tuple[int, tuple[int, int]], ...]:
    """As (days later, span); one that runs past midnight is two."""
    if designation.start < designation.end:
        return ((0, (designation.start, designation.end)),)
    return ((0, (designation.start, clock.DAY)), (1, (0, designation.end)))


@lru_cache(maxsize=4096)
def _holidays_at(places: tuple[str, ...], year: int) -> frozenset[date] | None:
    """The holidays of every place whose calendar we have, around a year; None: of none."""
    known = [days for place in places if (days := public_holidays(place, year)) is not None]
    return frozenset().union(*known) if known else None


@lru_cache(maxsize=1024)
def _closed_on(week: Week, holidays: frozenset[date]) -> Schedule:
    return Schedule(week, closed=holidays.__contains__)


def _weight(findings: Findings) -> tuple[int, float]:
    worst = findings[0]
    return WEIGHT[worst.outcome], worst.until.timestamp() if worst.until else 0


def own_week(opens: time, shuts: time, weekdays: frozenset[int]) -> Week:
    """The organization's week; shutting at 00:00 is the end of the day."""
    return every_day(_seconds(opens), _seconds(shuts) or clock.DAY, weekdays=weekdays)


@lru_cache(maxsize=4096)
def own_schedule(opens: time, shuts: time, weekdays: frozenset[int]) -> Schedule:
    return Schedule(own_week(opens, shuts, weekdays))


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second


@lru_cache(maxsize=1 << 14)
def clocks(zones: tuple[str, ...], ts: int) -> tuple[str, ...]:
    """What the clocks show: ``("2026-01-14 07:42 America/New_York",)``."""
    return tuple(
        f"{clock.date_of(clock.local_day(zone, ts)).isoformat()} {local_time(zone, ts)} {zone}" for zone in zones
    )


def window_of(schedule: Schedule, zones: tuple[str, ...], ts: int) -> str:
    """The hours of the local weekday in the first zone: ``08:00 to 21:00``, empty where the day is closed."""
    day: date = clock.date_of(clock.local_day(zones[0], ts))
    return _hours(schedule.week[day.weekday()])


@lru_cache(maxsize=1024)
def _hours(spans: Spans) -> str:
    return ", ".join(f"{_hour(start)} to {_hour(end)}" for start, end in spans)


def _hour(second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}"
