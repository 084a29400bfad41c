"""Excel workbooks: checked as an archive before anything is unpacked, then read row by row."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .archive import check_archive
from .limits import Limits
from .refusals import EmptyFile, NotAWorkbook, TooManyColumns, TooManyRows
from .sheet import Block, Record, in_blocks

# What the archive, XML and workbook readers raise on damaged or hostile files (defusedxml's are ValueErrors).
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException,
    KeyError, ValueError, IndexError, TypeError, AttributeError, EOFError, NotImplementedError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class XlsxFile:
    """The first sheet of a workbook that holds anything."""

    path: Path
    filename: str
    sheet: str
    limits: Limits

    def records(self) -> Iterator[Record]:
        """Every row that is not blank, as text; raises NotAWorkbook, TooManyRows and TooManyColumns."""
        with _workbook(self.path, self.filename) as workbook:
            rows = _rows(workbook[self.sheet])
            yield from _records(rows, self.filename, self.limits)

    def blocks(self, size: int) -> Iterator[Block]:
        """The same rows, many at once."""
        return in_blocks(self.records(), size)

    @property
    def read_as(self) -> str:
        """How it was read, for people."""
        return f"Excel workbook, sheet “{self.sheet}”"


def open_xlsx(path: Path, filename: str, limits: Limits) -> tuple[XlsxFile, int]:
    """The workbook and how many rows its sheet claims to have; raises NotAWorkbook, ZipBomb and EmptyFile."""
    _check(path, filename, limits)
    seen = count(1)
    with _workbook(path, filename) as workbook:
        for worksheet in workbook.worksheets[: limits.sheets]:
            claimed = min(worksheet.max_row or 0, limits.rows)
            rows = _at_most(_rows(worksheet), seen, filename, limits)
            if next(_records(rows, filename, limits), None) is not None:
                return XlsxFile(path, filename, worksheet.title, limits), claimed
    raise EmptyFile(filename)


def _at_most(
    rows: Iterator[tuple[Any, ...]], seen: Iterator[int], filename: str, limits: Limits
) -> Iterator[tuple[Any, ...]]:
    """The rows, as long as those of all sheets together are no more than one sheet may have."""
    for row in rows:
        if next(seen) > limits.rows + 1:
            raise TooManyRows(filename, limits.rows)
        yield row


def _check(path: Path, filename: str, limits: Limits) -> None:
    """Raises NotAWorkbook and ZipBomb."""
    try:
        names = check_archive(path, filename, limits)
    except _DAMAGE as error:
        raise NotAWorkbook(filename) from error
    if "xl/workbook.bin" in names:
        raise NotAWorkbook(filename, "is a binary Excel workbook (.xlsb)")
    if "xl/workbook.xml" not in names:
        raise NotAWorkbook(filename, "is an archive without a workbook in it")


@contextmanager
def _workbook(path: Path, filename: str) -> Iterator[Any]:
    # A file object: given a path, the library would judge the file by its name.
    with path.open("rb") as file:
        try:
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except _DAMAGE as error:
            raise NotAWorkbook(filename) from error
        try:
            yield workbook
        finally:
            workbook.close()


def _rows(worksheet: Any) -> Iterator[tuple[Any, ...]]:
    # The size that a sheet claims is often wrong; without it every row is as wide as its last cell.
    worksheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = worksheet.iter_rows(values_only=True)
    return rows


def _records(rows: Iterator[tuple[Any, ...]], filename: str, limits: Limits) -> Iterator[Record]:
    line = 0
    while True:
        try:
            values = next(rows, None)
        except _DAMAGE as error:
            raise NotAWorkbook(filename, f"is damaged after row {line:,}") from error
        if values is None:
            return
        line += 1
        if line > limits.rows + 1:
            raise TooManyRows(filename, limits.rows)
        if len(values) > limits.columns:
            raise TooManyColumns(filename, line, limits.columns)
        cells = [cell_text(value) for value in values]
        if any(cells):
            yield line, line, cells


def cell_text(value: object) -> str:
    """A cell as one would type it into a CSV: dates in ISO form, 4158906431.0 as 4158906431."""
    match value:
        case None:
            return ""
        case str():
            return value.replace("\0", "").strip()
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date():
            return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    """Spreadsheets keep 15 digits; more would show the noise of binary fractions."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(value, ".15g")
