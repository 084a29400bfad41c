"""Spans of time as they are written on the wire: `90s`, `30m`, `1h`, `1d`, `2w`. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

from forbear.core.refusal import Invalid

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"([0-9]{1,6})\s*([smhdw])")


class NotASpan(Invalid):
    """Write a span as a number and a unit: 90s, 30m, 1h, 1d or 2w."""


def read_span(text: str) -> timedelta:
    """`1d` -> one day of 24 hours. Raises NotASpan."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise NotASpan
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
