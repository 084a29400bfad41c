"""The first row: is it a row of column names, and are they usable?"""

from __future__ import annotations

import re
from itertools import islice

from .limits import Limits
from .mapping import recognize
from .refusals import DuplicateHeaders, EmptyFile, NoHeader, NoRows, OneColumnOnly, TooManyColumns
from .sheet import Opened, Record

LONGEST_NAME = 120
# An address, a link, a date or a number of some length: no column is named like that.
_DATA = re.compile(r"\S+@\S+\.\S+|https?://.*|[\d\s()+./:,$€£-]*\d[\d\s()+./:,$€£-]*")


def find_header(opened: Opened, filename: str, limits: Limits) -> tuple[tuple[str, ...], int]:
    """The column names and the line they stand in; nameless columns at the end are dropped if they are empty."""
    first = list(islice(opened.records(), 50))
    if not first:
        raise EmptyFile(filename)
    (line, last_line, cells), *below = first
    header = tuple(" ".join(cell.split()) for cell in cells)
    if len(header) > limits.columns:
        raise TooManyColumns(filename, line, limits.columns)
    header = _without_trailing_blanks(header, below)
    _refuse_data(header, filename, line)
    _refuse_doubles(header, filename)
    if len(header) < 2 and not recognize(header[0]).reaches:
        raise OneColumnOnly(filename)
    if not below:
        raise NoRows(filename)
    return header, last_line


def _without_trailing_blanks(header: tuple[str, ...], below: list[Record]) -> tuple[str, ...]:
    while len(header) > 1 and not header[-1]:
        at = len(header) - 1
        if any(cell.strip() for _, _, cells in below for cell in cells[at : at + 1]):
            break
        header = header[:-1]
    return header


def _refuse_data(header: tuple[str, ...], filename: str, line: int) -> None:
    for name in header:
        if len(name) > LONGEST_NAME or _DATA.fullmatch(name):
            raise NoHeader(filename, line, name[:40])


def _refuse_doubles(header: tuple[str, ...], filename: str) -> None:
    seen: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        if name and name in seen:
            raise DuplicateHeaders(filename, name, seen[name], number)
        seen.setdefault(name, number)
