"""Excel workbooks: checked as an archive before anything is unpacked, then read row by row."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .limits import MIB, Limits
from .refusals import EmptyFile, NotAWorkbook, TooManyColumns, TooManyRows, ZipBomb
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
    check_archive(path, filename, limits)
    with _workbook(path, filename) as workbook:
        for worksheet in workbook.worksheets:
            claimed = min(worksheet.max_row or 0, limits.rows)
            if next(_records(_rows(worksheet), filename, limits), None) is not None:
                return XlsxFile(path, filename, worksheet.title, limits), claimed
    raise EmptyFile(filename)


def check_archive(path: Path, filename: str, limits: Limits) -> None:
    """Look at the archive's table of contents only. Unpacking stops at the sizes declared there, so they bind."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _DAMAGE as error:
        raise NotAWorkbook(filename) from error
    names = {member.filename for member in members}
    if "xl/workbook.bin" in names:
        raise NotAWorkbook(filename, "is a binary Excel workbook (.xlsb)")
    if len(members) > limits.members or sum(member.file_size for member in members) > limits.unpacked:
        raise ZipBomb(filename)
    if any(_swells(member, limits) for member in members):
        raise ZipBomb(filename)
    if "xl/workbook.xml" not in names:
        raise NotAWorkbook(filename, "is an archive without a workbook in it")


def _swells(member: zipfile.ZipInfo, limits: Limits) -> bool:
    if member.file_size > MIB and member.file_size > limits.ratio * max(member.compress_size, 1):
        return True
    if member.filename.startswith("xl/worksheets/"):
        return False
    bound = limits.shared_text if member.filename.endswith("sharedStrings.xml") else limits.other_member
    return member.file_size > bound


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
