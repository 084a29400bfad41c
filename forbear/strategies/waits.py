"""Waits between steps: written as people say them ("90m", "4h", "3d", "2bd"), counted in the organization's zone."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from forbear.core.refusal import Invalid
from forbear.policy.calendars import federal_holidays
from forbear.policy.holidays import public_holidays

HOUR, DAY = 60, 24 * 60
LONGEST: Final = 366 * DAY
MOST_BUSINESS_DAYS: Final = 260
_WORD = re.compile(r"([0-9]{1,6})\s*(m|h|d|bd)", re.IGNORECASE)
_MINUTES: Final = {"m": 1, "h": HOUR, "d": DAY}


class NotAWait(Invalid):
    """Write a wait as 90m, 4h, 3d or 2bd (business days), a year at most."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Minutes, or business days. Whole days keep the hour of the local clock, also over the change of clocks."""

    minutes: int = 0
    business_days: int = 0

    def __str__(self) -> str:
        if self.business_days:
            return f"{self.business_days}bd"
        unit = next(unit for unit in ("d", "h", "m") if self.minutes % _MINUTES[unit] == 0)
        return f"{self.minutes // _MINUTES[unit]}{unit}"

    @property
    def is_sane(self) -> bool:
        """Not negative, not longer than a year, and counted in one of the two ways."""
        one_way = not (self.minutes and self.business_days)
        return one_way and 0 <= self.minutes <= LONGEST and 0 <= self.business_days <= MOST_BUSINESS_DAYS


def parse_wait(word: str) -> Wait:
    """`3d` is three days. Raises NotAWait."""
    match = _WORD.fullmatch(word.strip())
    if match is None:
        raise NotAWait
    count, unit = int(match[1]), match[2].lower()
    wait = Wait(business_days=count) if unit == "bd" else Wait(minutes=count * _MINUTES[unit])
    if not wait.is_sane:
        raise NotAWait
    return wait


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """The holidays of an organization: its country's where it closes on them, and its own."""

    country: str = ""
    own: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.own or day in _of_country(self.country, day.year))


@lru_cache(maxsize=1024)
def _of_country(country: str, year: int) -> frozenset[date]:
    if country == "US":
        return federal_holidays(year)
    return (public_holidays(country, year) if country else None) or frozenset()


def after(at: datetime, wait: Wait, zone: str, holidays: Container[date] = frozenset()) -> datetime:
    """The instant so much later, in UTC. A business day is Monday to Friday and none of the `holidays`."""
    local = at.astimezone(ZoneInfo(zone))
    if wait.business_days:
        day = _business_day(local.date(), wait.business_days, holidays)
    elif wait.minutes and wait.minutes % DAY == 0:
        day = local.date() + timedelta(days=wait.minutes // DAY)
    else:
        return at.astimezone(UTC) + timedelta(minutes=wait.minutes)
    return datetime.combine(day, local.timetz()).astimezone(UTC)


def _business_day(day: date, count: int, holidays: Container[date]) -> date:
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            count -= 1
    return day
