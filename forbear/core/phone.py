"""Telephone numbers: E.164 in, E.164 out. Zones are not asked here: `policy.zones` owns them."""

from __future__ import annotations

import re

import phonenumbers

_DIGITS = re.compile(r"\D+")
_NANP = re.compile(r"1?([2-9]\d{2}[2-9]\d{6})$")
_NANP_COUNTRIES = frozenset({"US", "CA", "PR"})


def normalize(text: str, country: str) -> str | None:
    """`(415) 555-0106` in the US -> `+14155550106`; None if it is no telephone number there.

    North American numbers go by the numbering plan's own shape, so that numbers reserved for fiction pass.
    """
    text = text.strip()
    if not text or any(c.isalpha() for c in text):
        return None
    if country in _NANP_COUNTRIES and (not text.startswith("+") or text.startswith("+1")):
        found = _NANP.match(_DIGITS.sub("", text))
        return f"+1{found[1]}" if found else None
    return _by_library(text, country)


def _by_library(text: str, country: str) -> str | None:
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def readable(e164: str) -> str:
    """`+14155550106` -> `415-555-0106`; other countries in the international form."""
    if e164.startswith("+1") and len(e164) == 12:
        return f"{e164[2:5]}-{e164[5:8]}-{e164[8:]}"
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked(address: str) -> str:
    """For logs: the last two digits of a number, the first letter and the domain of an e-mail address."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}…@{domain}"
    return f"…{address[-2:]}" if address else ""
