"""What an opened file looks like, whatever its kind: named columns and batches of rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

from .limits import Limits
from .refusals import TooManyColumns, TooManyRows

# One row as it stands in the file: its first line there, its last, and its cells. A plain tuple, for speed.
Record: TypeAlias = tuple[int, int, list[str]]


class Block(NamedTuple):
    """Many rows at once, blank ones included, with the first and the last line of each."""

    lines: Sequence[int]
    ends: Sequence[int]
    rows: list[list[str]]


class Even(NamedTuple):
    """Many rows of one width, each in a line of its own from `first` on, by column; blank ones included."""

    first: int
    columns: list[list[str]]

    def as_block(self) -> Block:
        lines = range(self.first, self.first + len(self.columns[0]))
        return Block(lines, lines, [list(row) for row in zip(*self.columns, strict=True)])


class Ragged(NamedTuple):
    """A row with more cells than the file has columns."""

    line: int
    last_line: int
    cells: int


@dataclass(slots=True)
class Batch:
    """Up to some thousand rows of equal width, by column; `lines[i]` is the line of row i, the header being 1."""

    lines: list[int] = field(default_factory=list)
    columns: list[list[str]] = field(default_factory=list)
    ragged: list[Ragged] = field(default_factory=list)

    @property
    def rows(self) -> list[list[str]]:
        """The same cells row by row."""
        return [list(row) for row in zip(*self.columns, strict=True)]

    def __len__(self) -> int:
        return len(self.lines) + len(self.ragged)


class Opened(Protocol):
    """A file that can be read from the start as often as needed, row by row or in blocks."""

    def records(self) -> Iterator[Record]: ...

    def blocks(self, size: int) -> Iterator[Block | Even]: ...


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
        below = _below(self.opened.blocks(size), self.header_line)
        return batched(below, width=len(self.header), filename=self.filename, limits=self.limits)

    def first_rows(self, count: int) -> Batch:
        """At most `count` rows from the top."""
        return next(self.batches(count), Batch())


def _below(blocks: Iterator[Block | Even], header_line: int) -> Iterator[Block | Even]:
    for block in blocks:
        if isinstance(block, Even):
            first = max(header_line + 1 - block.first, 0)
            yield Even(block.first + first, [column[first:] for column in block.columns]) if first else block
        else:
            first = next((at for at, end in enumerate(block.ends) if end > header_line), len(block.rows))
            yield Block(block.lines[first:], block.ends[first:], block.rows[first:]) if first else block


def batched(blocks: Iterable[Block | Even], *, width: int, filename: str, limits: Limits) -> Iterator[Batch]:
    """Rows of exactly `width` cells, without the blank ones; raises TooManyRows and TooManyColumns."""
    seen = 0
    for block in blocks:
        batch = _batch(block, width, filename, limits)
        seen += len(batch)
        if seen > limits.rows:
            raise TooManyRows(filename, limits.rows)
        if len(batch):
            yield batch


def _batch(block: Block | Even, width: int, filename: str, limits: Limits) -> Batch:
    if isinstance(block, Even):
        if len(block.columns) == width and not all("" in column for column in block.columns):
            return Batch(list(range(block.first, block.first + len(block.columns[0]))), block.columns)
        block = block.as_block()
    if set(map(len, block.rows)) == {width} and [""] * width not in block.rows:
        return Batch(list(block.lines), _by_column(block.rows))
    return _fitted_batch(block, width, filename, limits)


def _by_column(rows: list[list[str]]) -> list[list[str]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _fitted_batch(block: Block, width: int, filename: str, limits: Limits) -> Batch:
    batch, rows = Batch(), []
    for line, end, cells in zip(block.lines, block.ends, block.rows, strict=True):
        if not any(cells):
            continue
        fitted = cells if len(cells) == width else _fitted(cells, width)
        if len(fitted) > limits.columns:
            raise TooManyColumns(filename, line, limits.columns)
        if len(fitted) > width:
            batch.ragged.append(Ragged(line, end, len(fitted)))
        else:
            batch.lines.append(line)
            rows.append(fitted)
    batch.columns = _by_column(rows)
    return batch


def _fitted(cells: list[str], width: int) -> list[str]:
    """Spreadsheets drop empty cells at the end and programs add them: neither changes what a row says."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells + [""] * (width - len(cells))


def in_blocks(records: Iterable[Record], size: int) -> Iterator[Block]:
    """Records of any source, many at once."""
    records = iter(records)
    while some := list(islice(records, size)):
        yield Block([line for line, _, _ in some], [end for _, end, _ in some], [cells for _, _, cells in some])
