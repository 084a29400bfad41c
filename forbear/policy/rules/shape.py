"""What all rules have in common: a shape is code, a rule is a shape filled by a line of law.

A shape is built once, when the packs are read, from a ``Head`` (who it is) and ``Values`` (its numbers and
words); after that it only answers ``find``. It must give, for a deferral, the first second at which it
alone would allow.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from forbear.policy import clock
from forbear.policy.calendars import CALENDARS
from forbear.policy.facts import Facts
from forbear.policy.verdict import NO_FACTS, Fact, Finding, Outcome

Findings = tuple[Finding, ...]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class BadValueError(Exception):
    """A value of a rule that cannot be used; the loader adds file and line."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Head:
    """Whose findings these are. ``pack`` carries the content hash: ``US-REGF@3f9c2a``."""

    rule: str
    pack: str
    reason: str = ""
    unblock_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant being judged, in whole seconds, with the candidate zones of the facts."""

    ts: int
    zones: tuple[str, ...]

    @classmethod
    def of(cls, facts: Facts, at: datetime) -> Moment:
        return cls(clock.second_of(at), facts.zones)

    def later(self, ts: int) -> Moment:
        return Moment(ts, self.zones)


class Shape(ABC):
    kind: ClassVar[str]
    rank: ClassVar[int]
    """Order in which refusals are named: status 10, own requests 20, consent 30, carrier 40, frequency 50,
    hours 60."""
    reason: ClassVar[str]
    words: ClassVar[frozenset[str]] = frozenset()
    """The facts its sentences may use."""
    outcomes: tuple[Outcome, ...] = (Outcome.BLOCK,)
    """The answers that need a sentence in the pack."""
    reads: ClassVar[str] = ""
    """The one list of the facts it looks at, if it is satisfied by there being none: such a rule costs nothing."""
    by_clock: ClassVar[bool] = False
    """Whether its deferrals come from the clock alone, so that 14 closed days in a row mean "never"."""

    def __init__(self, head: Head, values: Values) -> None:
        self.head = head
        self.allowed: Findings = (Finding(head.rule, head.pack, Outcome.ALLOW, facts=NO_FACTS, rank=self.rank),)

    @abstractmethod
    def find(self, facts: Facts, moment: Moment) -> Findings:
        """At least one finding, whatever the facts are."""

    def defer(self, until: int, /, reason: str = "", **facts: Fact) -> Findings:
        return (self._finding(Outcome.DEFER, reason, clock.instant_of(until), (), facts),)

    def block(self, /, reason: str = "", unblock_by: tuple[str, ...] = (), **facts: Fact) -> Findings:
        return (self._finding(Outcome.BLOCK, reason, None, unblock_by or self.head.unblock_by, facts),)

    def ask(self, /, reason: str = "", unblock_by: tuple[str, ...] = (), **facts: Fact) -> Findings:
        return (self._finding(Outcome.HUMAN, reason, None, unblock_by or self.head.unblock_by, facts),)

    def tell(self, /, flag: str = "", **facts: Fact) -> Findings:
        """Allow, with something worth keeping."""
        head = self.head
        return (Finding(head.rule, head.pack, Outcome.ALLOW, facts=facts, flag=flag, rank=self.rank),)

    def _finding(
        self,
        outcome: Outcome,
        reason: str,
        until: datetime | None,
        unblock_by: tuple[str, ...],
        facts: Mapping[str, Fact],
    ) -> Finding:
        head = self.head
        code = reason or head.reason or self.reason
        return Finding(head.rule, head.pack, outcome, until, unblock_by, facts, code, "", self.rank)


class Values:
    """The values of one rule, read by name and by type; what nobody asked for is refused in the end."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = dict(table)

    def done(self) -> None:
        """Raise BadValueError for a key that no shape has asked for."""
        for key in self._table:
            raise BadValueError(key, "this key is not known here")

    def whole(self, key: str, default: int | None = None) -> int:
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BadValueError(key, f"{value!r} is not a whole number")
        return value

    def word(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str):
            raise BadValueError(key, f"{value!r} is not a word")
        return value

    def yes(self, key: str) -> bool:
        value = self._take(key, False)
        if not isinstance(value, bool):
            raise BadValueError(key, f"{value!r} is neither true nor false")
        return value

    def words(self, key: str, default: tuple[str, ...] | None = None) -> frozenset[str]:
        value = self._take(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
            raise BadValueError(key, f"{value!r} is not a list of words")
        return frozenset(value)

    def table(self, key: str, default: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        value = self._take(key, default)
        if not isinstance(value, Mapping):
            raise BadValueError(key, f"{value!r} is not a table")
        return value

    def choice(self, key: str, allowed: Mapping[str, Any]) -> str:
        value = self.word(key)
        if value not in allowed:
            raise BadValueError(key, f"{value!r} is none of {', '.join(sorted(allowed))}")
        return value

    def week(self, key: str) -> clock.Week:
        """``{"mon-fri" = ["08:00", "21:00"], sun = ["13:00", "17:00"]}``; a day not named is closed."""
        spans: list[clock.Spans] = [() for _ in WEEKDAYS]
        for days, hours in self.table(key).items():
            for day in _days(key, days):
                spans[day] = (*spans[day], _span(key, hours))
        return (spans[0], spans[1], spans[2], spans[3], spans[4], spans[5], spans[6])

    def calendar(self, key: str) -> str | None:
        """A named calendar, or ``facts``; None where the rule has no closed days."""
        return self.choice(key, {**CALENDARS, "facts": None}) if key in self._table else None

    def _take(self, key: str, default: Any) -> Any:
        value = self._table.pop(key, default)
        if value is None:
            raise BadValueError(key, "is missing")
        return value


def _days(key: str, words: str) -> range:
    first, _, last = words.partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
        raise BadValueError(key, f"{words!r} names no weekday (mon ... sun, mon-fri)")
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)


def _span(key: str, hours: Any) -> tuple[int, int]:
    if not isinstance(hours, list) or len(hours) != 2:
        raise BadValueError(key, f'{hours!r} is not ["from", "to"]')
    start, end = (seconds_of(key, hour) for hour in hours)
    if start >= end:
        raise BadValueError(key, f"{hours!r} ends before it begins")
    return start, end


def seconds_of(key: str, hour: Any) -> int:
    """``"07:30"`` as seconds since midnight; ``"24:00"`` is the end of the day."""
    try:
        hours, minutes = (int(part) for part in str(hour).split(":"))
    except ValueError:
        raise BadValueError(key, f"{hour!r} is no time of day") from None
    if not (0 <= minutes < 60 and 0 <= hours * 60 + minutes <= 24 * 60):
        raise BadValueError(key, f"{hour!r} is no time of day")
    return hours * 3600 + minutes * 60
