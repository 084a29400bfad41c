"""Files for the tests of this room, nasty ones included; made on the spot, so that nothing strange lies about."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

COLLECTIONS = "firstName,lastName,amount,retailer,orderNo,paymentLink,phoneNumber,email,dueDate,creditorName"
BETTY = "Betty,Ruble,30.00,Amazon,123,https://www.stripe.com,4158906431,betty.ruble@example.com,12/19/22,The Collectors"


def write(folder: Path, content: str | bytes, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def workbook(
    folder: Path, rows: Sequence[Sequence[Any]], name: str = "file.xlsx", *, empty_first: bool = False
) -> Path:
    path = folder / name
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        if empty_first:
            book.add_worksheet("Empty")
        sheet = book.add_worksheet("People")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def patched(source: Path, member: str, content: bytes, name: str) -> Path:
    """The same workbook with one part replaced."""
    path = source.parent / name
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == member else old.read(part))
    return path
