"""Whole columns in their plainest shape: some looks at all cells at once instead of one at each.

Each takes the cells of a column, stripped, and gives their values, or None if any cell wants a closer look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

Whole = Callable[[list[str]], Sequence[Any] | None]

_FIRST_DIGITS = frozenset("23456789")
_CENTS = re.compile(r"(?:[0-9]{1,7}+\.[0-9]{2}\n)++").fullmatch
_EMAILS = re.compile(
    r"(?:[a-z0-9_+-]++(?:\.[a-z0-9_+-]++)*+@(?:[a-z0-9]++(?:-++[a-z0-9]++)*+\.)++[a-z]{2,24}+\n)++"
).fullmatch
_LONGEST_LABEL = 63
_LONGEST_WORD = 120


def ten_digits(texts: list[str]) -> list[str] | None:
    """Numbers of North America without anything between the digits, in E.164."""
    digits = _digits(texts, 10)
    if digits and _FIRST_DIGITS.issuperset(digits[::10]) and _FIRST_DIGITS.issuperset(digits[3::10]):
        return ("+1" + "\n+1".join(texts)).split("\n")
    return None


def five_digits(texts: list[str]) -> list[str] | None:
    """ZIP codes."""
    return texts if _digits(texts, 5) else None


def _digits(texts: list[str], width: int) -> str:
    joined = "".join(texts)
    plain = len(joined) == width * len(texts) and joined.isascii() and joined.isdigit()
    return joined if plain and set(map(len, texts)) == {width} else ""


def emails(texts: list[str]) -> list[str] | None:
    """Addresses in small letters; short enough that no part of them can be too long."""
    if max(map(len, texts)) <= _LONGEST_LABEL and _EMAILS("\n".join([*texts, ""])):
        return texts
    return None


def cents(texts: list[str]) -> list[int] | None:
    """Amounts such as 1234.50, in hundredths."""
    joined = "\n".join([*texts, ""])
    return list(map(int, joined.replace(".", "").split())) if _CENTS(joined) else None


def words(texts: list[str]) -> list[str] | None:
    """Numbers and the like: printable ASCII without a blank."""
    joined = "".join(texts)
    plain = joined.isascii() and joined.isprintable() and " " not in joined and "" not in texts
    return texts if plain and max(map(len, texts)) <= _LONGEST_WORD else None
