"""How often an outreach writes: free words compiled to days, and the channels that take turns. Pure.

Domain decision 27: the first contact is on the day of the start, which is day 1; each slot is one contact on one
channel; SMS, email and call take turns, as far as they are chosen and open. The bounds are explained in
docs/decisions/cadences-are-compiled.md.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .refusals import CadenceNotUnderstood
from .states import Channel

MOST_CONTACTS = 12
MOST_DAYS = 90
COMPILES = "daily, weekly, bi-weekly, monthly, every 3 days, every 2 weeks, once per week, or day 1, day 5, day 14"

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "other": 2}
_UNITS = {"day": 1, "daily": 1, "week": 7, "weekly": 7, "fortnight": 14}
_PLAIN = {
    "daily": "every day",
    "weekly": "every week",
    "bi weekly": "every 2 weeks",
    "biweekly": "every 2 weeks",
    "fortnightly": "every 2 weeks",
    "monthly": "every month",
    "bi monthly": "every 2 months",
    "bimonthly": "every 2 months",
}
_EVERY = re.compile(r"(?:once )?(?:every|each|per|a) (?:(\d{1,3}|[a-z]+) )?(day|week|fortnight|month)s?")
_DAYS = re.compile(r"(?:on )?days? \d{1,4}(?: (?:and )?(?:days? )?\d{1,4})*")


@dataclass(frozen=True, slots=True)
class Slot:
    """One contact of the plan: on which day, by which channel."""

    on: date
    channel: Channel


Days = Callable[[date], tuple[int, ...]]


def compiled(words: str, start: date) -> tuple[int, ...]:
    """The days of the contacts, counted from the day of the start, which is 0: rising, at most MOST_CONTACTS, all
    within MOST_DAYS. Raises CadenceNotUnderstood with what compiles.
    """
    return _reader_of(words)(start)


def check(words: str) -> None:
    """Raises CadenceNotUnderstood."""
    _reader_of(words)


def plan(words: str, start: date, channels: Sequence[Channel]) -> tuple[Slot, ...]:
    """The slots of a cadence over these channels. Raises CadenceNotUnderstood."""
    days = compiled(words, start)
    turns = rotated(len(days), channels)
    return tuple(Slot(start + timedelta(days=day), channel) for day, channel in zip(days, turns, strict=True))


def rotated(count: int, channels: Sequence[Channel], after: Channel | None = None) -> tuple[Channel, ...]:
    """Which channel has which turn, in the order of the words; `after`: who had the turn before the first one."""
    ring = [channel for channel in Channel if channel in channels]
    later = [channel for channel in ring if after is not None and list(Channel).index(channel) > _place(after)]
    first = ring.index(later[0]) if later else 0
    return tuple(ring[(first + turn) % len(ring)] for turn in range(count)) if ring else ()


def _place(channel: Channel) -> int:
    return list(Channel).index(channel)


def _reader_of(words: str) -> Days:
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", words.casefold()).split())
    plain = _PLAIN.get(plain, plain)
    if _DAYS.fullmatch(plain):
        return _named_days(words, [int(number) for number in re.findall(r"\d+", plain)])
    if found := _EVERY.fullmatch(plain):
        return _every(words, found[1], found[2])
    raise _not_understood(words)


def _not_understood(words: str, why: str = "") -> CadenceNotUnderstood:
    reason = why or f"“{words}” does not say when to write"
    say = f"{reason}; write it as {COMPILES}."
    return CadenceNotUnderstood(say, fields={"cadence": say})


def _named_days(words: str, numbers: list[int]) -> Days:
    if numbers != sorted(set(numbers)) or numbers[0] < 1:
        raise _not_understood(words, "Name the days once each, in their order, from day 1 on")
    if len(numbers) > MOST_CONTACTS or numbers[-1] > MOST_DAYS:
        raise _not_understood(words, f"A cadence has at most {MOST_CONTACTS} days, up to day {MOST_DAYS}")
    return lambda start: tuple(number - 1 for number in numbers)


def _every(words: str, number: str | None, unit: str) -> Days:
    count = _NUMBERS.get(number or "one") or (int(number) if number and number.isdigit() else 0)
    if not count:
        raise _not_understood(words)
    if unit == "month":
        return lambda start: _bounded(_months(start, count))
    return lambda start: _bounded([turn * count * _UNITS[unit] for turn in range(MOST_CONTACTS)])


def _months(start: date, count: int) -> list[int]:
    """The same day of each month, or its last day where it has none."""
    return [(_months_later(start, turn * count) - start).days for turn in range(MOST_CONTACTS)]


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _bounded(days: list[int]) -> tuple[int, ...]:
    return tuple(day for day in days if day < MOST_DAYS)
