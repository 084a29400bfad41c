"""Sentences from a pack's ``say`` templates and a finding's facts. Nothing else ever writes them.

Facts are kept as plain words (dates as ISO, clocks as ``2026-01-14 07:42 America/New_York``) and are put
the way a person would say them only here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_WORDS = {"sms": "SMS", "whatsapp": "WhatsApp", "all": "every channel"}
_CLOCK = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) (\S+)")


def placeholders(template: str) -> frozenset[str]:
    """The names between braces. Raises ValueError for braces that do not match."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def fill(template: str, facts: Mapping[str, Any]) -> str:
    """The template with every name replaced; a fact that an older record lacks reads as an ellipsis."""
    words = {name: _spoken(facts[name]) if name in facts else "…" for name in placeholders(template)}
    return template.format_map(words)


def _spoken(fact: Any) -> str:
    if isinstance(fact, list | tuple):
        return _listed([_spoken(part) for part in fact])
    if isinstance(fact, str):
        return _spoken_word(fact)
    return str(fact)


def _spoken_word(word: str) -> str:
    if clock := _CLOCK.fullmatch(word):
        day, hour, zone = clock.groups()
        return f"{hour} on {_spoken_day(day)} in {_city(zone)}"
    if _DATE.fullmatch(word):
        return _spoken_day(word)
    if _CODE.fullmatch(word):
        return word.replace("_", " ")
    return _city(word) if "/" in word else _WORDS.get(word, word)


def _spoken_day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day:%a} {day.day} {day:%b %Y}"


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _listed(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
