"""How values are written for people: money, moments, counts. Pure functions of their arguments."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from forbear.core.money import Money

NOTHING: Final = "–"
"""Stands where there is no value, or nothing to divide by."""


def money(value: Money | int, currency: str = "") -> str:
    """An amount with its sign: $1,284.60; from Money, or from minor units and an ISO 4217 code."""
    return str(value if isinstance(value, Money) else Money(value, currency))


def in_zone(moment: datetime, zone: Any) -> datetime:
    """The moment on the clock of a zone: a name, a tzinfo, or what has a `time_zone` (an organization)."""
    zone = getattr(zone, "time_zone", zone)
    return moment.astimezone(zone if isinstance(zone, tzinfo) else ZoneInfo(str(zone)))


def clock(moment: datetime) -> str:
    """Hours and minutes, without a leading zero: 9:05."""
    return f"{moment.hour}:{moment:%M}"


def weekday(moment: date) -> str:
    """A day near now, without its year: Tue 24 Nov."""
    return f"{moment:%a} {moment.day} {moment:%b}"


def day(moment: date) -> str:
    """A day with its year: 24 Nov 2026."""
    return f"{moment.day} {moment:%b %Y}"


def when(moment: datetime) -> str:
    """A moment near now: Tue 24 Nov, 10:42."""
    return f"{weekday(moment)}, {clock(moment)}"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that says it: just now, 14 min ago, 2 h ago, 3 days ago, the day."""
    passed = now - moment
    if passed < timedelta(0):
        return when(moment)
    for limit, unit, words in AGES:
        if passed < limit:
            number = passed // unit
            return words.format(number=number, s="" if number == 1 else "s")
    return day(moment)


AGES: Final = (
    (timedelta(minutes=1), timedelta(minutes=1), "just now"),
    (timedelta(hours=1), timedelta(minutes=1), "{number} min ago"),
    (timedelta(days=1), timedelta(hours=1), "{number} h ago"),
    (timedelta(days=7), timedelta(days=1), "{number} day{s} ago"),
)


def number(value: int | float) -> str:
    """A count with its thousands apart: 12,480."""
    return f"{value:,}"


def plural(value: int, one: str, many: str = "") -> str:
    """A count with its noun: 1 account, 1,860 accounts, 2 entries (when told)."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def worded(code: str) -> str:
    """A code as people read it: promise_followup is Promise followup, api is API, sms is SMS."""
    first, *rest = str(code).split("_")
    return " ".join([_PROPER.get(first, first.capitalize()), *(_PROPER.get(word, word) for word in rest)])


_PROPER: Final = {"api": "API", "sms": "SMS", "whatsapp": "WhatsApp", "dnc": "DNC", "csv": "CSV"}


def share(part: int, whole: int) -> str:
    """A part of a whole in percent with one decimal place; a dash when there is no whole."""
    return f"{100 * part / whole:.1f}%" if whole else NOTHING


def initials(name: str) -> str:
    """First letters of the first and the last word: Dana Kern is DK."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def level(days_past_due: int) -> int:
    """Steps of lateness for the ramp beside a number of days: 0 current, 1-30, 31-60, 61-90, 91-180, over."""
    return sum(days_past_due > limit for limit in (0, 30, 60, 90, 180))
