"""What an opened file looks like, whatever its kind: named columns and batches of rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

from .limits import Limits
from .refusals import TooManyColumns, TooManyRows

# One row as it stands in the file: its first line there, its last, and its cells. A plain tuple, for speed.
Record: TypeAlias = tuple[int, int, list[str]]


class Ragged(NamedTuple):
    """A row with more cells than the file has columns."""

    line: int
    last_line: int
    cells: int


@dataclass(slots=True)
class Batch:
    """Up to some thousand rows of equal width; `lines[i]` is the line of `rows[i]`, the header being 1."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    ragged: list[Ragged] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.ragged)


class Opened(Protocol):
    """A file whose records can be read from the start as often as needed."""

    def records(self) -> Iterator[Record]: ...


@dataclass(frozen=True)
class Sheet:
    """A readable file. `rows_expected` is a good guess for a progress bar; `read_as` tells people how it was read."""

    path: Path
    filename: str
    opened: Opened
    header: tuple[str, ...]
    header_line: int
    rows_expected: int
    read_as: str
    limits: Limits

    def batches(self, size: int = 20_000) -> Iterator[Batch]:
        """The rows below the header in batches of `size`; blank rows are left out, short ones filled up."""
        records = self.opened.records()
        for _, last, _ in records:
            if last >= self.header_line:
                break
        return batched(records, width=len(self.header), size=size, filename=self.filename, limits=self.limits)

    def first_rows(self, count: int) -> Batch:
        """At most `count` rows from the top."""
        return next(self.batches(count), Batch())


def batched(records: Iterable[Record], *, width: int, size: int, filename: str, limits: Limits) -> Iterator[Batch]:
    """Rows of exactly `width` cells in batches; raises TooManyRows and TooManyColumns."""
    batch, seen = Batch(), 0
    for line, last_line, cells in records:
        if len(cells) != width:
            cells = _fitted(cells, width)
        if len(cells) > width:
            if len(cells) > limits.columns:
                raise TooManyColumns(filename, line, limits.columns)
            batch.ragged.append(Ragged(line, last_line, len(cells)))
        else:
            batch.lines.append(line)
            batch.rows.append(cells)
        if len(batch.lines) >= size or len(batch.ragged) >= size:
            yield batch
            seen += len(batch)
            batch = Batch()
            if seen >= limits.rows:
                raise TooManyRows(filename, limits.rows)
    if len(batch):
        yield batch


def _fitted(cells: list[str], width: int) -> list[str]:
    """Spreadsheets drop empty cells at the end and programs add them: neither changes what a row says."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells + [""] * (width - len(cells))
