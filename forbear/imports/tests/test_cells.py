"""Cells: a table of what is accepted and as what, and a table of what is refused and why."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.imports import cells
from forbear.imports.cells import Flaw
from forbear.imports.evidence import decimal_mark, month_comes_first

us_phone = partial(cells.clean_phone, country="US")
dollars = partial(cells.clean_amount, currency="USD")
us_date = partial(cells.clean_date, month_first=True)
uk_date = partial(cells.clean_date, month_first=False)
us_state = partial(cells.clean_state, country="US")
us_zip = partial(cells.clean_postal_code, country="US")

ACCEPTED: list[tuple[Callable[[str], Any], str, Any]] = [
    (us_phone, "4158906431", "+14158906431"),
    (us_phone, "415-555-0106", "+14155550106"),
    (us_phone, "(415) 555-0106", "+14155550106"),
    (us_phone, "+1 415 555 0106", "+14155550106"),
    (us_phone, "1.415.555.0106", "+14155550106"),
    (us_phone, "4155550106.0", "+14155550106"),
    (us_phone, "+44 20 7946 0018", "+442079460018"),
    (partial(cells.clean_phone, country="MX"), "55 1234 5678", "+525512345678"),
    (cells.clean_email, "Betty.Ruble@Example.com", "betty.ruble@example.com"),
    (cells.clean_email, "o'neil+bills@mail.example.co", "o'neil+bills@mail.example.co"),
    (dollars, "30.00", 3000),
    (dollars, "30", 3000),
    (dollars, "30.5", 3050),
    (dollars, "$1,284.60", 128460),
    (dollars, "USD 1,284.60", 128460),
    (dollars, "0.00", 0),
    (dollars, "-0.00", 0),
    (dollars, "30.000", 3000),
    (partial(dollars, decimal_mark=","), "1.284,60", 128460),
    (partial(cells.clean_amount, currency="JPY"), "1,200", 1200),
    (partial(cells.clean_amount, currency="EUR"), "12,50".replace(",", ".") + " €", 1250),
    (us_date, "12/19/22", "2022-12-19"),
    (us_date, "1/2/2026", "2026-01-02"),
    (us_date, "2022-12-19", "2022-12-19"),
    (us_date, "2022-12-19 00:00:00", "2022-12-19"),
    (us_date, "02/29/24", "2024-02-29"),
    (uk_date, "19.12.2022", "2022-12-19"),
    (cells.clean_language, "Spanish", "es"),
    (cells.clean_language, "en-US", "en"),
    (us_state, "California", "CA"),
    (us_state, "ny", "NY"),
    (us_zip, "2139", "02139"),
    (us_zip, "94127-1234", "94127-1234"),
    (cells.clean_time_zone, "America/Chicago", "America/Chicago"),
    (cells.clean_score, "71", 71),
    (cells.clean_currency, "usd", "USD"),
]


@pytest.mark.parametrize(("clean", "text", "value"), ACCEPTED)
def test_accepted(clean: Callable[[str], Any], text: str, value: Any) -> None:
    assert clean(text) == value


REFUSED: list[tuple[Callable[[str], Any], str, str]] = [
    (us_phone, "555-01", "“555-01” is too short to be a telephone number."),
    (us_phone, "415555010612345", "is too long"),
    (us_phone, "115-555-0106", "is not a telephone number in the United States"),
    (us_phone, "4.15891E+09", "was shortened by a spreadsheet"),
    (us_phone, "415-555-0106 x12", "has an extension"),
    (us_phone, "call me", "is too short"),
    (cells.clean_email, "betty@example", "is not an e-mail address"),
    (cells.clean_email, "betty@@example.com", "is not an e-mail address"),
    (cells.clean_email, "a..b@example.com", "is not an e-mail address"),
    (dollars, "-12.00", "A balance cannot be below zero; record a credit as a payment."),
    (dollars, "(12.00)", "A balance cannot be below zero"),
    (dollars, "12.00-", "A balance cannot be below zero"),
    (dollars, "10,000,000.01", "more than 10,000,000"),
    (dollars, "9" * 400, "more than 10,000,000"),
    (dollars, "30.005", "has more than 2 decimals"),
    (dollars, "1,28.60", "is not an amount"),
    (dollars, "twelve", "is not an amount"),
    (dollars, "NaN", "is not an amount"),
    (dollars, "12 €", "is not in USD"),
    (us_date, "9/31/26", "September has 30 days."),
    (us_date, "02/29/23", "February 2023 has 28 days."),
    (us_date, "13/01/26", "has 13 as its month"),
    (us_date, "2026-00-10", "has 0 as its month"),
    (us_date, "12/19/1822", "is in the year 1822"),
    (us_date, "next week", "is not a date; write it as 2026-12-19 or 12/19/26."),
    (uk_date, "soon", "or 19/12/26"),
    (us_state, "Ontario", "is not a state of the United States"),
    (us_zip, "ABC", "is not a postal code"),
    (cells.clean_time_zone, "Mars/Base", "is not a time zone"),
    (cells.clean_score, "1001", "is not a score"),
    (cells.clean_language, "Klingon?", "is not a language code"),
    (cells.clean_currency, "dollars", "is not a currency code"),
    (cells.clean_currency, "usx", "is not a currency code"),
]


@pytest.mark.parametrize(("clean", "text", "sentence"), REFUSED)
def test_refused_with_a_sentence(clean: Callable[[str], Any], text: str, sentence: str) -> None:
    with pytest.raises(Flaw) as flaw:
        clean(text)
    assert sentence in str(flaw.value)
    assert str(flaw.value).endswith(".")


@given(st.text(max_size=40))
@pytest.mark.parametrize(
    "clean",
    [us_phone, cells.clean_email, dollars, us_date, us_state, us_zip, cells.clean_score, cells.clean_language,
     cells.clean_time_zone, cells.clean_currency],
)  # fmt: skip
def test_any_text_is_cleaned_or_flawed_and_nothing_else(clean: Callable[[str], Any], text: str) -> None:
    try:
        clean(text.strip())
    except Flaw as flaw:
        assert str(flaw).endswith(".")  # noqa: PT017


@given(st.integers(0, 10_000_000_00))
def test_amounts_survive_being_written_down(cents: int) -> None:
    assert dollars(f"{cents / 100:.2f}") == cents
    assert dollars(f"${cents // 100:,}.{cents % 100:02}") == cents


@pytest.mark.parametrize(
    ("texts", "country", "expected"),
    [
        (["1/2/26", "12/19/22"], "GB", True),
        (["1/2/26", "19/12/22"], "US", False),
        (["1/2/26"], "US", True),
        (["1/2/26"], "GB", False),
        (["2026-01-02"], "US", True),
    ],
)
def test_the_order_of_day_and_month_goes_by_the_column_then_by_the_country(
    texts: list[str], country: str, expected: bool
) -> None:
    assert month_comes_first(texts, country) is expected


def test_the_decimal_mark_goes_by_the_column() -> None:
    assert decimal_mark(["1.200", "30,00"]) == ","
    assert decimal_mark(["1,200", "30.00"]) == "."
    assert decimal_mark(["1,200"]) == "."
