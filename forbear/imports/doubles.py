"""Rows of one file about the same person or account, and words that an earlier chunk may have had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import compress, repeat
from operator import itemgetter
from typing import Any

from .cleaning import Cleaned, RowFlaw

TWICE = "An earlier row of this file is the same account; that row was used."
_KNOWN_BY = ("phone", "email", "external_id")
_PLACES = 16 * 2**20


class Seen:
    """Remembers words in a fixed sixteen megabytes: it may take a new word for a known one, never the other way."""

    def __init__(self) -> None:
        self._places = bytearray(_PLACES)

    def marked(self, cleaned: Cleaned) -> set[int]:
        """Positions of the rows of which a word has been seen before this chunk."""
        columns = [self._places_of(cleaned.columns[name]) for name in _KNOWN_BY if cleaned.columns.get(name)]
        marks: set[int] = set()
        for places in columns:
            known = itemgetter(*places, 0)(self._places)
            if any(known):
                marks.update(at for at, mark in enumerate(known) if mark)
        for places in columns:
            for place in places:
                self._places[place] = 1
        self._places[0] = 0
        return marks

    @staticmethod
    def _places_of(words: list[str | None]) -> list[int]:
        """The first place stands for a blank cell, and is never marked."""
        return [hash(word) % _ODD + 1 if word else 0 for word in words]


_ODD = _PLACES - 1


def without_doubles(cleaned: Cleaned) -> Cleaned:
    """The same account twice in one batch: the first row stands, the others are flaws. Adds the column `person`.

    `person` is the line of the first row about the same person: same phone or e-mail address, and same name.
    """
    columns, lines = cleaned.columns, cleaned.lines
    cleaned.columns["person"] = lines
    if not lines or not _repeats(columns):
        return cleaned
    people = _people(lines, columns)
    cleaned.columns["person"] = people
    accounts = set()
    kept = []
    named = (_column(columns, name, len(lines)) for name in ("creditor", "external_id", "number"))
    for person, creditor, external, number in zip(people, *named, strict=True):
        key = (creditor, external) if external else (creditor, number, person)
        kept.append(key not in accounts)
        accounts.add(key)
    return cleaned if all(kept) else _compressed(cleaned, kept)


def _repeats(columns: dict[str, list[Any]]) -> bool:
    for name in ("phone", "email", "external_id"):
        values = columns.get(name)
        if values and len(set(values)) + max(values.count(None) - 1, 0) < len(values):
            return True
    return False


def _people(lines: list[int], columns: dict[str, list[Any]]) -> list[int]:
    known: dict[tuple[str, str], int] = {}
    people = []
    size = len(lines)
    names = zip(_column(columns, "first_name", size), _column(columns, "last_name", size), strict=True)
    points = zip(_column(columns, "phone", size), _column(columns, "email", size), strict=True)
    for line, (first, last), addresses in zip(lines, names, points, strict=True):
        name = f"{first or ''}\0{last or ''}".lower()
        keys = [(address, name) for address in addresses if address]
        person = next((known[key] for key in keys if key in known), line)
        for key in keys:
            known.setdefault(key, person)
        people.append(person)
    return people


def _column(columns: dict[str, list[Any]], name: str, size: int) -> Iterable[Any]:
    return columns.get(name) or repeat(None, size)


def _compressed(cleaned: Cleaned, kept: list[bool]) -> Cleaned:
    doubles = [RowFlaw(line, "", "", TWICE) for line, stays in zip(cleaned.lines, kept, strict=True) if not stays]
    columns = {name: list(compress(values, kept)) for name, values in cleaned.columns.items()}
    lines = list(compress(cleaned.lines, kept))
    first: dict[int, int] = {}
    columns["person"] = [first.setdefault(person, line) for person, line in zip(columns["person"], lines, strict=True)]
    return Cleaned(lines, columns, sorted(cleaned.flaws + doubles), cleaned.rejected + len(doubles))


def of_shared_people(cleaned: Cleaned) -> set[int]:
    """Positions of the rows about somebody who has more rows in this batch."""
    people = cleaned.columns["person"]
    if people is cleaned.lines:
        return set()
    rows = Counter(people)
    return {at for at, person in enumerate(people) if rows[person] > 1}
