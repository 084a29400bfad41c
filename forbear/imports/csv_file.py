"""Delimited text: its delimiter is found by trial, its records are read a block at a time."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from pathlib import Path

from .encoding import BLOCK, Survey
from .limits import Limits
from .refusals import LineTooLong, QuoteNeverClosed
from .sheet import Block, Even, Record

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SEP_LINE = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
# Everything below the blank but tab, line feed and carriage return, and DEL.
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32), 127])
_CONTROL_TEXT = dict.fromkeys(_CONTROL)
_TRIAL_RECORDS = 50


@dataclass(frozen=True)
class CsvFile:
    """A text file whose encoding and delimiter are known. Line ends may be LF, CRLF or CR."""

    path: Path
    filename: str
    encoding: str
    delimiter: str
    limits: Limits

    def records(self) -> Iterator[Record]:
        """Every record that is not blank; raises LineTooLong and QuoteNeverClosed."""
        return _records(self.path, self.filename, self.encoding, self.delimiter, self.limits)

    def blocks(self, size: int) -> Iterator[Block | Even]:
        """The same records, many at once, blank ones included."""
        return _blocks(self.path, self.filename, self.encoding, self.delimiter, self.limits, size)

    @property
    def read_as(self) -> str:
        """How it was read, for people."""
        return f"{_ENCODING_NAMES.get(self.encoding, self.encoding)}, columns separated by {DELIMITERS[self.delimiter]}"


_ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
}


def open_csv(path: Path, filename: str, survey: Survey, limits: Limits) -> CsvFile:
    """The file with the delimiter that splits its first records most evenly (a comma if none splits any)."""
    told = _told_delimiter(path, filename, survey.encoding, limits)
    delimiter = told or max(DELIMITERS, key=lambda mark: _evenness(path, filename, survey.encoding, mark, limits))
    return CsvFile(path, filename, survey.encoding, delimiter, limits)


def _told_delimiter(path: Path, filename: str, encoding: str, limits: Limits) -> str | None:
    """Some spreadsheets write `sep=;` as the first line."""
    first = next(_lines(path, filename, encoding, limits), "")
    found = _SEP_LINE.match(first)
    return found[1] if found and found[1] in DELIMITERS else None


def _evenness(path: Path, filename: str, encoding: str, delimiter: str, limits: Limits) -> tuple[float, int]:
    """The share of the first records as wide as the very first one, and that width; (0, 1) for a single column."""
    records = _records(path, filename, encoding, delimiter, limits)
    try:
        widths = [len(cells) for _, _, cells in islice(records, _TRIAL_RECORDS)]
    except QuoteNeverClosed:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 1
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


def _records(path: Path, filename: str, encoding: str, delimiter: str, limits: Limits) -> Iterator[Record]:
    lines = _lines(path, filename, encoding, limits)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    line = 1
    try:
        for cells in reader:
            last = reader.line_num
            if cells and (cells[0] or any(cells)) and not (line == 1 and _is_sep_line(cells, delimiter)):
                yield line, last, cells
            line = last + 1
    except csv.Error as error:  # a cell of over 128 KiB: the quotation mark before it was never closed
        raise QuoteNeverClosed(filename, line) from error


def _blocks(
    path: Path, filename: str, encoding: str, delimiter: str, limits: Limits, size: int
) -> Iterator[Block | Even]:
    lines = _lines(path, filename, encoding, limits)
    before = 0
    try:
        while some := list(islice(lines, size)):
            if columns := _columns(some, delimiter):
                yield Even(before + 1, columns)
                before += len(some)
                continue
            # As many records as lines: they take all of these, and perhaps some more.
            reader = csv.reader(chain(some, lines), delimiter=delimiter, skipinitialspace=delimiter != "\t")
            rows = list(islice(reader, len(some)))
            yield _block(before, rows, reader.line_num)
            before += reader.line_num
    except csv.Error as error:  # a cell of over 128 KiB: the quotation mark before it was never closed
        raise QuoteNeverClosed(filename, _broken_row(path, filename, encoding, delimiter, limits)) from error


def _block(before: int, rows: list[list[str]], lines: int) -> Block:
    ends: Sequence[int] = range(before + 1, before + lines + 1)
    if lines != len(rows):
        ends = list(accumulate((_height(cells) for cells in rows), initial=before))[1:]
    return Block([before + 1, *(end + 1 for end in ends[:-1])], ends, rows)


def _columns(lines: list[str], delimiter: str) -> list[list[str]] | None:
    """The cells by column, if no cell is quoted and all lines have as many: much faster than one by one.

    Each line end becomes a cell of its own; the lines are even if these cells are where they should be.
    """
    text = "".join(lines)
    if '"' in text or (delimiter != "\t" and (f"{delimiter} " in text or "\n " in text or text.startswith(" "))):
        return None
    ended = text if text.endswith("\n") else f"{text}\n"
    cells = ended.replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)[:-1]
    width = lines[0].count(delimiter) + 2
    if len(cells) != width * len(lines) or cells[width - 1 :: width] != ["\n"] * len(lines):
        return None
    return [cells[at::width] for at in range(width - 1)]


def _height(cells: list[str]) -> int:
    """How many lines of the file a record takes: one more than the line ends in its cells."""
    return 1 + sum(cell.count("\n") for cell in cells)


def _broken_row(path: Path, filename: str, encoding: str, delimiter: str, limits: Limits) -> int:
    """The line after the last record that could be read."""
    ends = [0]
    with contextlib.suppress(QuoteNeverClosed):
        for _, end, _ in _records(path, filename, encoding, delimiter, limits):
            ends[0] = end
    return ends[0] + 1


def _is_sep_line(cells: list[str], delimiter: str) -> bool:
    return cells[0].lower() == "sep=" or cells == [f"sep={delimiter}"]


def _lines(path: Path, filename: str, encoding: str, limits: Limits) -> Iterator[str]:
    """Lines with LF ends; a line is never held beyond the limit."""
    return chain.from_iterable(_some_lines(path, filename, encoding, limits))


def _some_lines(path: Path, filename: str, encoding: str, limits: Limits) -> Iterator[list[str]]:
    done, rest = 0, ""
    for text in _texts(path, encoding):
        text = rest + text
        cut = text.rfind("\n") + 1
        rest = text[cut:]
        if cut:
            whole = io.StringIO(text[:cut]).readlines()
            done += len(whole)
            yield whole
        if len(rest) > limits.line:
            raise LineTooLong(filename, done + 1, limits.line)
    if rest:
        yield [rest]


def _texts(path: Path, encoding: str) -> Iterator[str]:
    """Decoded blocks with every line end made LF and control characters taken out."""
    single_bytes = not encoding.startswith(("utf-16", "utf-32"))
    letters = codecs.getincrementaldecoder(encoding)(errors="replace")
    decoder = io.IncrementalNewlineDecoder(letters, translate=True)
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            if single_bytes:
                yield decoder.decode(block.translate(None, _CONTROL))
            else:
                yield decoder.decode(block).translate(_CONTROL_TEXT)
    yield decoder.decode(b"", final=True)
