"""Money is a whole number of minor units and a currency; it is never a float and never summed across currencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .currencies import DIGITS

_HUNDREDTHS = 2
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "MXN": "MX$", "BRL": "R$", "AUD": "A$"}


class MixedCurrencies(ValueError):
    """Amounts in different currencies cannot be added."""


def unusual_exponents() -> Mapping[str, int]:
    """The currencies whose minor unit is not a hundredth, for a statement that computes in major units."""
    return {code: digits for code, digits in DIGITS.items() if digits != _HUNDREDTHS}


def exponent(currency: str) -> int:
    """How many digits the minor unit has: 2 for USD, 0 for JPY."""
    return DIGITS.get(currency, _HUNDREDTHS)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents) of one ISO 4217 currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """From a decimal in major units; more digits than the currency has raise ValueError."""
        minor = amount.scaleb(exponent(currency))
        if minor != minor.to_integral_value():
            raise ValueError(f"{amount} has more decimals than {currency} knows.")
        return cls(int(minor), currency)

    @property
    def amount(self) -> Decimal:
        """In major units: 12050 USD is 120.50."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def plain(self) -> str:
        """Digits only, as on the wire and in a message: "120.50"."""
        return f"{self.amount:.{exponent(self.currency)}f}"

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} cannot be added.")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        sign = _SIGNS.get(self.currency, f"{self.currency} ")
        digits = f"{abs(self.amount):,.{exponent(self.currency)}f}"
        return f"{'−' if self.minor < 0 else ''}{sign}{digits}"
