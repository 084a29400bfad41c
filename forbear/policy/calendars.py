"""Public holidays, by name of the calendar. Computed from the statute, so no year runs out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """The legal public holidays of 5 U.S.C. 6103(a), on their own dates.

    Days on which a holiday is *observed* because it falls on a weekend (6103(b)) are not added: they are
    pay rules for federal staff, and the reference leaves them out.
    """
    return frozenset(
        {
            date(year, 1, 1),
            _nth_monday(year, 1, 3),
            _nth_monday(year, 2, 3),
            _last_monday_of_may(year),
            date(year, 6, 19),
            date(year, 7, 4),
            _nth_monday(year, 9, 1),
            _nth_monday(year, 10, 2),
            date(year, 11, 11),
            _fourth_thursday_of_november(year),
            date(year, 12, 25),
        }
    )


def business_days_after(day: date, count: int) -> date:
    """The date so many business days later: Monday to Friday without federal holidays."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in federal_holidays(day.year):
            count -= 1
    return day


def _nth_monday(year: int, month: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7 + 7 * (n - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _fourth_thursday_of_november(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


def _is_federal_holiday(day: date) -> bool:
    return day in federal_holidays(day.year)


CALENDARS: Mapping[str, Callable[[date], bool]] = {"US-FEDERAL": _is_federal_holiday}
