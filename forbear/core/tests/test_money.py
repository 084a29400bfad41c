"""How many digits a minor unit has, by ISO 4217, and what that makes of an amount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from forbear.core.currencies import CODES, DIGITS
from forbear.core.money import Money, exponent, unusual_exponents

WITHOUT_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"

SHOWN = [
    (12050, "USD", "120.50", "$120.50"),
    (5, "EUR", "0.05", "€0.05"),
    (1200, "JPY", "1200", "JPY 1,200"),
    (1200, "KRW", "1200", "KRW 1,200"),
    (450_000, "RWF", "450000", "RWF 450,000"),
    (7, "XPF", "7", "XPF 7"),
    (-90, "VUV", "-90", "−VUV 90"),
    (1_234_567, "IQD", "1234.567", "IQD 1,234.567"),
    (1, "LYD", "0.001", "LYD 0.001"),
    (12_500, "KWD", "12.500", "KWD 12.500"),
]


def test_every_currency_has_the_digits_of_the_standard() -> None:
    assert " ".join(sorted(code for code in CODES if exponent(code) == 0)) == WITHOUT_MINOR_UNIT
    assert " ".join(sorted(code for code in CODES if exponent(code) == 3)) == THOUSANDTHS
    assert set(DIGITS.values()) == {0, 2, 3}
    assert set(unusual_exponents()) == {*WITHOUT_MINOR_UNIT.split(), *THOUSANDTHS.split()}


def test_the_list_has_what_is_owed_in_and_no_metal_or_fund() -> None:
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CODES)
    assert {"USD", "EUR", "GBP", "MXN", "BRL", "XCG", "ZWG"} <= CODES
    assert not {"XAU", "XXX", "XTS", "CLF", "UYI", "USN", "CHE"} & CODES


@pytest.mark.parametrize(("minor", "currency", "plain", "shown"), SHOWN)
def test_an_amount_is_written_with_the_digits_of_its_currency(
    minor: int, currency: str, plain: str, shown: str
) -> None:
    amount = Money(minor, currency)
    assert (amount.plain(), str(amount)) == (plain, shown)
    assert Money.of(Decimal(plain), currency) == amount


@pytest.mark.parametrize(("amount", "currency"), [("0.5", "RWF"), ("1.5", "JPY"), ("0.005", "USD"), ("0.0001", "IQD")])
def test_more_digits_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"more decimals than {currency} knows"):
        Money.of(Decimal(amount), currency)
