"""Public holidays abroad, for packs that close on them: whoever gathers facts asks here and fills ``Facts.holidays``.

A place that is not listed is not known, and the packs that need it ask a person. Regional days that a whole country
does not keep (patron saints, show days) are not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache

Year = Callable[[int], Iterator[date]]


@cache
def public_holidays(place: str, year: int) -> frozenset[date] | None:
    """The legal holidays of a place ("CO", "CA-ON") around a year, a month either side; None: unknown."""
    own = _PLACES.get(place) or _PLACES.get(place.partition("-")[0])
    if own is None:
        return None
    near = (day for each in (year - 1, year, year + 1) for day in own(each))
    return frozenset(day for day in near if date(year - 1, 12, 1) <= day <= date(year + 1, 1, 31))


def easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian algorithm)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, shift = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * shift + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Easter of the Greek church, as a Gregorian date (Meeus; the Julian calendar is 13 days behind until 2099)."""
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


def _fixed(year: int, *days: tuple[int, int]) -> Iterator[date]:
    return (date(year, month, day) for month, day in days)


def _after(start: date, *days: int) -> Iterator[date]:
    return (start + timedelta(days=n) for n in days)


def _monday_on_or_after(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _nth_monday(year: int, month: int, n: int) -> date:
    return _monday_on_or_after(date(year, month, 1)) + timedelta(days=7 * (n - 1))


def _colombia(year: int) -> Iterator[date]:
    """Ley 51 de 1983: some days on their date, others on the next Monday."""
    yield from _fixed(year, (1, 1), (5, 1), (7, 20), (8, 7), (12, 8), (12, 25))
    moved = _fixed(year, (1, 6), (3, 19), (6, 29), (8, 15), (10, 12), (11, 1), (11, 11))
    yield from map(_monday_on_or_after, moved)
    yield from _after(easter(year), -3, -2, 43, 64, 71)


def _canada(year: int) -> Iterator[date]:
    """Canada Labour Code, s. 166."""
    yield from _fixed(year, (1, 1), (7, 1), (9, 30), (11, 11), (12, 25), (12, 26))
    yield from _after(easter(year), -2)
    yield from (_victoria_day(year), _nth_monday(year, 9, 1), _nth_monday(year, 10, 2))


def _ontario(year: int) -> Iterator[date]:
    """Employment Standards Act, 2000, s. 1: public holidays."""
    yield from _fixed(year, (1, 1), (7, 1), (12, 25), (12, 26))
    yield from _after(easter(year), -2)
    yield from (_nth_monday(year, 2, 3), _victoria_day(year), _nth_monday(year, 9, 1), _nth_monday(year, 10, 2))


def _quebec(year: int) -> Iterator[date]:
    """Act respecting labour standards, s. 60, and the National Holiday Act; both days of Easter."""
    yield from _fixed(year, (1, 1), (6, 24), (7, 1), (12, 25))
    yield from _after(easter(year), -2, 1)
    yield from (_victoria_day(year), _nth_monday(year, 9, 1), _nth_monday(year, 10, 2))


def _victoria_day(year: int) -> date:
    eve = date(year, 5, 24)
    return eve - timedelta(days=eve.weekday())


def _australia(year: int) -> Iterator[date]:
    """The national days that every state and territory keeps."""
    yield from _fixed(year, (1, 1), (1, 26), (4, 25), (12, 25), (12, 26))
    yield from _after(easter(year), -2, 1)


def _greece(year: int) -> Iterator[date]:
    yield from _fixed(year, (1, 1), (1, 6), (3, 25), (5, 1), (8, 15), (10, 28), (12, 25), (12, 26))
    yield from _after(orthodox_easter(year), -48, -2, 1, 50)


def _brazil(year: int) -> Iterator[date]:
    """Leis 662/1949, 6.802/1980, 10.607/2002 and 14.759/2023; Good Friday, which every state keeps."""
    yield from _fixed(year, (1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25))
    yield from _after(easter(year), -2)
    if year >= 2024:
        yield date(year, 11, 20)


def _sao_paulo(year: int) -> Iterator[date]:
    """Lei Estadual 9.497/1997."""
    yield from _brazil(year)
    yield date(year, 7, 9)


def _rio_de_janeiro(year: int) -> Iterator[date]:
    """Lei Estadual 5.198/2008."""
    yield from _brazil(year)
    yield date(year, 4, 23)


_PLACES: Mapping[str, Year] = {
    "BR": _brazil,
    "BR-SP": _sao_paulo,
    "BR-RJ": _rio_de_janeiro,
    "CO": _colombia,
    "CA": _canada,
    "CA-ON": _ontario,
    "CA-QC": _quebec,
    "AU": _australia,
    "GR": _greece,
}
