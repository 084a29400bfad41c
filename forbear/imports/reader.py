"""Opens an uploaded file by what is in it, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from .csv_file import open_csv
from .encoding import survey
from .header import find_header
from .limits import Limits
from .refusals import BinaryFile, EmptyFile, EncryptedWorkbook, FileTooBig
from .sheet import Opened, Sheet
from .xlsx_file import open_xlsx

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_KNOWN_BINARY = {b"%PDF": "is a PDF", b"\x1f\x8b": "is a gzip archive", b"{\\rtf": "is an RTF document"}


def open_file(path: Path, filename: str, limits: Limits | None = None) -> Sheet:
    """The file's columns and a way to its rows; raises a FileRefused that says what is wrong with it."""
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.size:
        raise FileTooBig(filename, limits.size)
    with path.open("rb") as stream:
        start = stream.read(4096)
    if not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0") and size <= len(start):
        raise EmptyFile(filename)
    _refuse_known_binary(path, filename, start)
    opened, rows_expected, read_as = _open(path, filename, start, limits)
    header, line = find_header(opened, filename, limits)
    return Sheet(path, filename, opened, header, line, max(rows_expected - line, 1), read_as, limits)


def _open(path: Path, filename: str, start: bytes, limits: Limits) -> tuple[Opened, int, str]:
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        workbook, rows = open_xlsx(path, filename, limits)
        return workbook, rows, workbook.read_as
    found = survey(path, filename, limits)
    text = open_csv(path, filename, found, limits)
    return text, found.lines, text.read_as


def _refuse_known_binary(path: Path, filename: str, start: bytes) -> None:
    if start.startswith(_OLE):
        if _mentions(path, "EncryptedPackage".encode("utf-16-le")):
            raise EncryptedWorkbook(filename)
        raise BinaryFile(filename, "is an old Office document (.xls or .doc)")
    for mark, what in _KNOWN_BINARY.items():
        if start.startswith(mark):
            raise BinaryFile(filename, what)


def _mentions(path: Path, word: bytes) -> bool:
    with path.open("rb") as stream:
        rest = b""
        while block := stream.read(256 * 1024):
            if word in rest + block:
                return True
            rest = block[-len(word) :]
    return False
