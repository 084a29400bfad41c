"""One cell at a time: text in, a clean value out, or a Flaw that says in a sentence what is wrong with it."""

from __future__ import annotations

import re
import zoneinfo
from calendar import monthrange
from decimal import Decimal
from functools import cache

from forbear.core import phone
from forbear.core.currencies import CODES
from forbear.core.money import exponent

from .places import LANGUAGES, US_STATES, country_name

NANP_COUNTRIES = frozenset({"US", "CA", "PR"})
BLANKS = frozenset({"", "-", "--", "n/a", "na", "#n/a", "null", "none", "nil"})
MOST = Decimal(10_000_000)


class Flaw(ValueError):
    """What is wrong with a cell, as a sentence for people."""


def quoted(text: str) -> str:
    """A cell's text inside a sentence, cut short if it is long."""
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


# ASCII digits only: an address must have one spelling, or an opt-out would not find it.
_NANP = re.compile(r"(?:\+?1[ .\-]*)?\(?([2-9]\d\d)\)?[ .\-/]*([2-9]\d\d)[ .\-]*(\d{4})", re.ASCII)


def clean_phone(text: str, country: str) -> str:
    """E.164. North American numbers go by the plan's shape, so that numbers reserved for fiction pass."""
    if country in NANP_COUNTRIES:
        found = _NANP.fullmatch(text)
        if found:
            return f"+1{found[1]}{found[2]}{found[3]}"
    number = phone.normalize(text.removesuffix(".0"), country)
    if number is None:
        raise Flaw(_why_no_phone(text, country))
    return number


def _why_no_phone(text: str, country: str) -> str:
    digits = re.sub(r"\D", "", text)
    if re.search(r"\d[eE]\+?\d", text):
        return f"{quoted(text)} was shortened by a spreadsheet; format the column as text and save the file again."
    if re.search(r"\d\s*(x|ext|extension|#)\.?\s*\d", text, re.IGNORECASE):
        return f"{quoted(text)} has an extension, which cannot be called or texted by a machine."
    if len(digits) > 15 or (country in NANP_COUNTRIES and not text.startswith("+") and len(digits) > 11):
        return f"{quoted(text)} is too long to be a telephone number."
    if len(digits) < (10 if country in NANP_COUNTRIES else 7):
        return f"{quoted(text)} is too short to be a telephone number."
    return f"{quoted(text)} is not a telephone number in {country_name(country)}."


_EMAIL = re.compile(
    r"[^\s@,;:<>()\[\]\\\".]+(?:\.[^\s@,;:<>()\[\]\\\".]+)*@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}"
)


def clean_email(text: str) -> str:
    """In small letters."""
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise Flaw(f"{quoted(text)} is not an e-mail address.")
    return text.lower()


_AMOUNT = re.compile(r"(-?)\s*([$€£]|[A-Z]{3})?\s*(-?)\s*([\d.,' ]*\d)\s*([$€£]|[A-Z]{3})?\s*(-?)")
_SIGNS = {"$": frozenset({"USD", "CAD", "AUD", "MXN", "NZD", "SGD"}), "€": frozenset({"EUR"}), "£": frozenset({"GBP"})}


def clean_amount(text: str, currency: str, decimal_mark: str = ".") -> int:
    """Minor units. Thousands separators and the currency's own sign may stand; nothing may be below zero."""
    bracketed = text.startswith("(") and text.endswith(")")
    # Single spaces only: the pattern may put a run of them in several places, and would try all ways to part it.
    found = _AMOUNT.fullmatch(" ".join((text[1:-1] if bracketed else text).split()))
    if not found:
        raise Flaw(f"{quoted(text)} is not an amount; write it as 1234.50.")
    minus, before, minus_again, digits, after, minus_behind = found.groups()
    for sign in (before, after):
        _refuse_other_currency(text, sign, currency)
    amount = _decimal(text, digits, currency, decimal_mark)
    if amount and (bracketed or minus or minus_again or minus_behind):
        raise Flaw("A balance cannot be below zero; record a credit as a payment.")
    if amount > MOST:
        raise Flaw(f"{quoted(text)} is more than {MOST:,}; check where its decimal point is.")
    return int(amount.scaleb(exponent(currency)))


def _refuse_other_currency(text: str, sign: str | None, currency: str) -> None:
    if sign and currency not in _SIGNS.get(sign, {sign}):
        raise Flaw(f"{quoted(text)} is not in {currency}; give the file a currency column.")


def _decimal(text: str, digits: str, currency: str, decimal_mark: str) -> Decimal:
    group = "." if decimal_mark == "," else ","
    whole, _, fraction = digits.partition(decimal_mark)
    plain = re.sub(r"[' ]", group, whole)
    if not re.fullmatch(rf"\d+|\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|", plain) or not re.fullmatch(r"\d*", fraction):
        raise Flaw(f"{quoted(text)} is not an amount; write it as 1234.50.")
    if len(fraction.rstrip("0")) > exponent(currency):
        places = exponent(currency)
        raise Flaw(f"{quoted(text)} has more than {places} decimals." if places else f"{currency} has no decimals.")
    return Decimal(f"{plain.replace(group, '') or 0}.{fraction or 0}")


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def clean_date(text: str, *, month_first: bool) -> str:
    """ISO 8601. Two-digit years up to 69 are of this century."""
    iso = _ISO.fullmatch(text)
    if iso:
        year, month, day = map(int, iso.groups())
    else:
        slashed = SLASHED.fullmatch(text)
        if not slashed:
            example = "12/19/26" if month_first else "19/12/26"
            raise Flaw(f"{quoted(text)} is not a date; write it as 2026-12-19 or {example}.")
        first, second, year = map(int, slashed.groups())
        month, day = (first, second) if month_first else (second, first)
    if year < 100:
        year += 2000 if year < 70 else 1900
    _refuse_impossible(text, year, month, day)
    return f"{year}-{month:02}-{day:02}"


def _refuse_impossible(text: str, year: int, month: int, day: int) -> None:
    if not 1 <= month <= 12:
        raise Flaw(f"{quoted(text)} has {month} as its month; there are 12.")
    if not 1970 <= year <= 2100:
        raise Flaw(f"{quoted(text)} is in the year {year}; check it.")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        which = f"{_MONTHS[month - 1]} {year}" if month == 2 else _MONTHS[month - 1]
        raise Flaw(f"{which} has {days} days." if day else f"{quoted(text)} has no day.")


def clean_currency(text: str) -> str:
    """An ISO 4217 code."""
    code = text.upper()
    if code not in CODES:
        raise Flaw(f"{quoted(text)} is not a currency code like USD.")
    return code


def clean_language(text: str) -> str:
    """An ISO 639-1 code: `English`, `en-US` and `EN` are all `en`."""
    word = text.lower()
    code = LANGUAGES.get(word) or re.split(r"[-_]", word)[0]
    if not re.fullmatch(r"[a-z]{2}", code):
        raise Flaw(f"{quoted(text)} is not a language code like en or es.")
    return code


def clean_state(text: str, country: str) -> str:
    """A code: `California` and `ca` are `CA`. Elsewhere a code of up to three characters."""
    if country == "US":
        code = US_STATES.get(text.lower(), text.upper())
        if code not in US_STATES.values():
            raise Flaw(f"{quoted(text)} is not a state of the United States.")
        return code
    if not re.fullmatch(r"\w{1,3}", text):
        raise Flaw(f"{quoted(text)} is not a state code of up to three characters.")
    return text.upper()


def clean_postal_code(text: str, country: str) -> str:
    """As written; spreadsheets drop the zeros that a ZIP code begins with, so they are put back."""
    if country == "US" and re.fullmatch(r"\d{3,5}", text):
        return text.zfill(5)
    if len(text) > 16 or (country == "US" and not re.fullmatch(r"\d{5}-?\d{4}", text)):
        raise Flaw(f"{quoted(text)} is not a postal code.")
    return text


def clean_time_zone(text: str) -> str:
    """A name of the time zone database, such as America/Chicago."""
    if text not in _zones():
        raise Flaw(f"{quoted(text)} is not a time zone; write it as America/Chicago.")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC")


def clean_score(text: str) -> int:
    """A whole number from 0 to 1000."""
    if not re.fullmatch(r"\d{1,4}(\.0+)?", text) or int(text.partition(".")[0]) > 1000:
        raise Flaw(f"{quoted(text)} is not a score from 0 to 1000.")
    return int(text.partition(".")[0])
