"""Public holidays abroad, on dates that anybody can look up."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.policy.holidays import easter, orthodox_easter, public_holidays


@pytest.mark.parametrize(
    ("year", "western", "greek"),
    [(2024, "03-31", "05-05"), (2025, "04-20", "04-20"), (2026, "04-05", "04-12"), (2027, "03-28", "05-02")],
)
def test_easter(year: int, western: str, greek: str) -> None:
    assert easter(year) == date.fromisoformat(f"{year}-{western}")
    assert orthodox_easter(year) == date.fromisoformat(f"{year}-{greek}")


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ("CO", "2026-01-12"),
        ("CO", "2026-05-18"),
        ("CO", "2026-06-08"),
        ("CO", "2026-11-16"),
        ("CA-ON", "2026-02-16"),
        ("CA-ON", "2026-05-18"),
        ("CA-QC", "2026-06-24"),
        ("CA", "2026-09-30"),
        ("CA-BC", "2026-10-12"),
        ("AU", "2026-04-06"),
        ("GR", "2026-02-23"),
        ("GR", "2026-06-01"),
        ("CO", "2027-01-01"),
    ],
)
def test_a_holiday(place: str, day: str) -> None:
    found = public_holidays(place, 2026)
    assert found is not None
    assert date.fromisoformat(day) in found


def test_colombia_keeps_eighteen() -> None:
    found = public_holidays("CO", 2026) or frozenset()
    assert sum(day.year == 2026 for day in found) == 18


def test_an_unlisted_place_is_unknown() -> None:
    assert public_holidays("PE", 2026) is None


def test_a_state_adds_its_own_day_to_the_countrys() -> None:
    revolution = date(2026, 7, 9)
    assert revolution in (public_holidays("BR-SP", 2026) or ())
    assert revolution not in (public_holidays("BR-AM", 2026) or ())
