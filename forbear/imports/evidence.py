"""What a column's own cells say about how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .cells import SLASHED

_MONTH_FIRST = frozenset({"US", "PR", "GU", "PH", "FM", "PW"})
_DECIMAL_COMMA = re.compile(r".*\d,\d{1,2}\D*")
_DECIMAL_POINT = re.compile(r".*\.\d{1,2}\D*")


def month_comes_first(texts: Iterable[str], country: str) -> bool:
    """12/19/26 proves month/day, 19/12/26 day/month; without proof, or with both, the country's habit holds."""
    month_first = day_first = False
    for text in texts:
        found = SLASHED.fullmatch(text)
        if found:
            day_first |= int(found[1]) > 12
            month_first |= int(found[2]) > 12
    return month_first if month_first != day_first else country in _MONTH_FIRST


def decimal_mark(texts: Iterable[str]) -> str:
    """A comma only where some cell can be read no other way and none has a decimal point."""
    comma = False
    for text in texts:
        if _DECIMAL_POINT.fullmatch(text):
            return "."
        comma = comma or bool(_DECIMAL_COMMA.fullmatch(text))
    return "," if comma else "."
