"""How contacts follow one another: caps by the hour, and patterns that speak against a caller who kept the counts."""

from __future__ import annotations

from forbear.policy import clock
from forbear.policy.calendars import federal_holidays
from forbear.policy.facts import CALLS, Contact, Facts
from forbear.policy.rules import counting
from forbear.policy.rules.shape import BadValueError, Findings, Head, Moment, Shape, Values
from forbear.policy.verdict import Outcome


class HourlyCap(Shape):
    """At most ``max`` contacts by ``media`` in ``hours`` consecutive hours, to the second, to one person.

    ``purposes``: only contacts with one of these purposes count.
    """

    kind = "hourly_cap"
    reads = "history"
    rank = 50
    reason = "over_limit"
    words = frozenset({"n", "max", "hours", "last"})
    outcomes = (Outcome.DEFER,)

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._max = values.whole("max")
        self._seconds = values.whole("hours") * 3600
        self._media = values.words("media")
        self._purposes = values.words("purposes", ())
        if self._max == 0 or self._seconds == 0:
            raise BadValueError("max", "and hours are at least 1")

    def find(self, facts: Facts, moment: Moment) -> Findings:
        since = moment.ts - self._seconds
        placed = sorted(clock.second_after(c.at) for c in facts.history if self._counts(facts, c))
        recent = [ts for ts in placed if since < ts <= moment.ts]
        if facts.is_written_reply or len(recent) < self._max:
            return self.allowed
        last = clock.instant_of(recent[-1]).date().isoformat()
        until = recent[-self._max] + self._seconds
        return self.defer(until, n=len(recent), max=self._max, hours=self._seconds // 3600, last=last)

    def _counts(self, facts: Facts, contact: Contact) -> bool:
        return (
            contact.direction == "out"
            and contact.channel in self._media
            and contact.result != "rejected"
            and (not self._purposes or contact.purpose in self._purposes)
            and counting.with_person(facts, contact)
        )


_MANY_ON_ONE_DAY = 7
"""Comment 14(b)(2)(i)-2.i: this call would be the seventh of the day."""


class CallPattern(Shape):
    """What may rebut the presumption of compliance although the counts are kept: flags for a person, never
    a stop.

    Comment 14(b)(2)(i)-2 to 12 CFR 1006.14: rapid succession, many calls on one day, less convenient days.
    ``on_one_day`` is our own setting for "concentrated".
    """

    kind = "call_pattern"
    reads = "history"
    rank = 58
    reason = "call_pattern"

    _RAPID_SECONDS = 300
    outcomes = (Outcome.ALLOW,)

    def __init__(self, head: Head, values: Values) -> None:
        super().__init__(head, values)
        self._on_one_day = values.whole("on_one_day")

    def find(self, facts: Facts, moment: Moment) -> Findings:
        placed = [c for c in facts.history if c.direction == "out" and c.channel in CALLS]
        if not placed:
            return self.allowed
        flags = (
            ("rapid_succession", self._rapid(facts, moment, placed)),
            ("seven_in_one_day", self._today(facts, moment, placed) + 1 >= _MANY_ON_ONE_DAY),
            ("concentrated_on_sunday_or_holiday", self._concentrated(facts, moment, placed)),
        )
        found = tuple(finding for flag, seen in flags if seen for finding in self.tell(flag))
        return found or self.allowed

    def _rapid(self, facts: Facts, moment: Moment, placed: list[Contact]) -> bool:
        point = facts.contact_point
        return any(
            0 <= moment.ts - clock.second_of(contact.at) <= self._RAPID_SECONDS
            and contact.result not in counting.CONVERSATIONS
            and (contact.address is None or point is None or contact.address == point.address)
            for contact in placed
        )

    def _today(self, facts: Facts, moment: Moment, placed: list[Contact]) -> int:
        return max(
            sum(counting.local_day(zone, c) == clock.local_day(zone, moment.ts) for c in placed)
            for zone in counting.zones_of(facts, moment)
        )

    def _concentrated(self, facts: Facts, moment: Moment, placed: list[Contact]) -> bool:
        dates = {clock.date_of(clock.local_day(z, moment.ts)) for z in counting.zones_of(facts, moment)}
        holidays = facts.holidays or frozenset()
        inconvenient = any(d.weekday() == 6 or d in holidays or d in federal_holidays(d.year) for d in dates)
        return inconvenient and self._today(facts, moment, placed) + 1 >= self._on_one_day
