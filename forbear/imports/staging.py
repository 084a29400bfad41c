"""Cleaned batches become the text that COPY reads: fixed columns, whatever columns the file had."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .cleaning import Cleaned, Cleaner, OutputNames
from .doubles import Seen, of_shared_people, without_doubles
from .fresh import Lines, Writer
from .sheet import Batch

_PLAIN = (
    "first_name", "last_name", "language", "time_zone", "postal_code", "state",
    "creditor", "external_id", "number", "currency", "balance", "due_date", "score", "phone", "email",
)  # fmt: skip

_quoted: Callable[[str], str] = json.encoder.encode_basestring


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows on their way to the database. `told` are their cells as COPY reads them, blanks empty, by column.

    `cleaned` are the same rows as values, `lines` as they go straight into the tables. `seen` are the positions of rows
    of which an earlier chunk may have had the phone, e-mail address or external id; `shared` those about somebody who
    has several rows in this chunk. `read` rows of the file were looked at for it.
    """

    told: dict[str, list[str]]
    cleaned: Cleaned
    lines: Lines
    seen: set[int]
    shared: set[int]
    read: int

    @property
    def rows(self) -> int:
        return len(self.cleaned.lines)

    def text(self, rows: Collection[int]) -> str:
        """What COPY reads for these rows, in the order of `told`; blank cells are NULL."""
        cells = ([column[at] for at in rows] for column in self.told.values())
        return "".join(f"{line}\n" for line in map("\t".join, zip(*cells, strict=True)))


def chunks(batches: Iterable[Batch], cleaner: Cleaner, writer: Writer) -> Iterator[Chunk]:
    """Every batch cleaned, its doubles taken out, and written out."""
    seen = Seen()
    for batch in batches:
        cleaned = without_doubles(cleaner.clean(batch))
        told = written(cleaned, cleaner.names)
        lines = writer.lines(told, cleaned.columns)
        yield Chunk(told, cleaned, lines, seen.marked(cleaned), of_shared_people(cleaned), len(batch))


def columns_of(names: OutputNames) -> tuple[str, ...]:
    """The columns that a file with these has to tell; all others are NULL."""
    known = {*names.standard.values(), "first_name", "last_name"}
    others = ("others",) if names.points.keys() - {"phone", "email"} else ()
    return ("line", "person", *(name for name in _PLAIN if name in known), *others, "fields")


def written(cleaned: Cleaned, names: OutputNames) -> dict[str, list[str]]:
    """The cells of each of `columns_of` as the text form of COPY has them; blanks are empty."""
    size = len(cleaned.lines)
    made = cleaned.columns | {
        "line": cleaned.lines,
        "others": _others(cleaned.columns, names, size),
        "fields": _fields(cleaned.columns, names, size),
    }
    return {name: _told(made.get(name) or [None] * size, whole=name in _WHOLE) for name in columns_of(names)}


_WHOLE = frozenset({"line", "person", "balance", "score"})
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _told(values: Sequence[Any], *, whole: bool) -> list[str]:
    if whole:
        return ["" if value is None else str(value) for value in values]
    texts = [value or "" for value in values]
    joined = "".join(texts)
    if "\\" in joined or "\t" in joined or "\n" in joined or "\r" in joined:
        return [text.translate(_ESCAPED) for text in texts]
    return texts


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
    tags = [columns[tag] for tag in names.headers]
    if all(map(_needs_no_quoting, tags)):
        keys = (_quoted(header).replace("%", "%%") for header in names.headers.values())
        return list(map(("{" + ",".join(f'{key}:"%s"' for key in keys) + "}").__mod__, zip(*tags, strict=True)))
    parts = []
    for header, texts in zip(names.headers.values(), tags, strict=True):
        start = f"{_quoted(header)}:"
        parts.append([start + _quoted(text) if text else "" for text in texts])
    return ["{" + ",".join(filter(None, row)) + "}" for row in zip(*parts, strict=True)]


def _needs_no_quoting(texts: list[str]) -> bool:
    """No cell is blank, and none has anything in it that JSON writes otherwise."""
    joined = "".join(texts)
    return "" not in texts and joined.isprintable() and '"' not in joined and "\\" not in joined
