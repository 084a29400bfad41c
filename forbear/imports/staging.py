"""Cleaned batches become the text that COPY reads: fixed columns, whatever columns the file had."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, repeat
from typing import Any, NamedTuple

from .cleaning import Cleaned, Cleaner, OutputNames, RowFlaw
from .sheet import Batch

_PLAIN = (
    "first_name", "last_name", "language", "time_zone", "postal_code", "state",
    "creditor", "external_id", "number", "currency", "balance", "due_date", "score", "phone", "email",
)  # fmt: skip
TWICE = "An earlier row of this file is the same account; that row was used."

_quoted: Callable[[str], str] = json.encoder.encode_basestring


class Chunk(NamedTuple):
    """Rows ready for COPY, their columns, how many, the flaws found, and how many rows were read for it."""

    columns: tuple[str, ...]
    text: str
    rows: int
    flaws: list[RowFlaw]
    rejected: int
    read: int


def chunks(batches: Iterable[Batch], cleaner: Cleaner) -> Iterator[Chunk]:
    """Every batch cleaned, its doubles marked, and written out.

    The column `maybe` says whether an earlier chunk may have had the row's phone, e-mail address or external id.
    """
    seen = Seen()
    for batch in batches:
        cleaned = without_doubles(cleaner.clean(batch))
        cleaned.columns["maybe"] = seen.marked(cleaned)
        text = written(cleaned, cleaner.names)
        yield Chunk(columns_of(cleaner.names), text, len(cleaned.lines), cleaned.flaws, cleaned.rejected, len(batch))


class Seen:
    """Remembers words in a fixed eight megabytes: it may take a new word for a known one, never the other way."""

    def __init__(self) -> None:
        self._bits = bytearray(_SEEN_BYTES)

    def marked(self, cleaned: Cleaned) -> list[str]:
        """`t` for every row of which a word has been seen before this chunk, else `f`."""
        marks = ["f"] * len(cleaned.lines)
        places = [self._places(cleaned.columns[name]) for name in _KNOWN_BY if name in cleaned.columns]
        bits = self._bits
        for column in places:
            for at, place in enumerate(column):
                if place >= 0 and bits[place >> 3] & 1 << (place & 7):
                    marks[at] = "t"
        for column in places:
            for place in column:
                if place >= 0:
                    bits[place >> 3] |= 1 << (place & 7)
        return marks

    @staticmethod
    def _places(words: list[str | None]) -> list[int]:
        return [hash(word) & _SEEN_MASK if word else -1 for word in words]


_SEEN_BYTES = 8 * 2**20
_SEEN_MASK = _SEEN_BYTES * 8 - 1
_KNOWN_BY = ("phone", "email", "external_id")


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
    return Cleaned(lines, columns, sorted(cleaned.flaws + doubles), cleaned.rejected + len(doubles))


def columns_of(names: OutputNames) -> tuple[str, ...]:
    """The columns that a file with these has to tell; all others are NULL."""
    known = {*names.standard.values(), "first_name", "last_name"}
    others = ("others",) if names.points.keys() - {"phone", "email"} else ()
    return ("line", "person", "maybe", *(name for name in _PLAIN if name in known), *others, "fields")


def written(cleaned: Cleaned, names: OutputNames) -> str:
    """The text form of COPY, in the order of `columns_of`. Joined column by column: much quicker than a writer."""
    size = len(cleaned.lines)
    if not size:
        return ""
    made = cleaned.columns | {
        "line": cleaned.lines,
        "others": _others(cleaned.columns, names, size),
        "fields": _fields(cleaned.columns, names, size),
    }
    told = [_told(made.get(name) or [None] * size, whole=name in _WHOLE) for name in columns_of(names)]
    return "\n".join(map("\t".join, zip(*told, strict=True))) + "\n"


_WHOLE = frozenset({"line", "person", "balance", "score"})
_NULL = "\\N"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _told(values: Sequence[Any], *, whole: bool) -> list[str]:
    """Cells as COPY reads them; blank texts are NULL."""
    if whole:
        return [_NULL if value is None else str(value) for value in values]
    texts = [value or "" for value in values]
    joined = "".join(texts)
    if "\\" in joined or "\t" in joined or "\n" in joined or "\r" in joined:
        texts = [text.translate(_ESCAPED) for text in texts]
    return [text or _NULL for text in texts]


def _others(columns: dict[str, list[Any]], names: OutputNames, size: int) -> Sequence[str | None]:
    """Additional phones and e-mails as JSON: [{"kind", "address", "place", "position"}]."""
    extra = [(name, *point) for name, point in names.points.items() if name not in {"phone", "email"}]
    if not extra:
        return [None] * size
    rows = zip(*(columns[name] for name, _, _ in extra), strict=True)
    return [_points(addresses, extra) for addresses in rows]


def _points(addresses: Sequence[str | None], extra: Sequence[tuple[str, str, str]]) -> str | None:
    points = [
        {"kind": kind, "address": address, "place": place, "position": position}
        for position, (address, (_, kind, place)) in enumerate(zip(addresses, extra, strict=True), 1)
        if address
    ]
    return json.dumps(points) if points else None


def _fields(columns: dict[str, list[Any]], names: OutputNames, size: int) -> Sequence[str]:
    """The tags of each row as one JSON object; blank cells say nothing and are left out."""
    if not names.headers:
        return ["{}"] * size
    parts = []
    for tag, header in names.headers.items():
        start = f"{_quoted(header)}:"
        parts.append([start + _quoted(text) if text else "" for text in columns[tag]])
    return ["{" + ",".join(filter(None, row)) + "}" for row in zip(*parts, strict=True)]
