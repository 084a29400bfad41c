"""Downloads: CSV streamed, XLSX through a file on disk; memory stays flat however many rows there are.

A cell that a spreadsheet would run as a formula gets an apostrophe in front, whoever typed it.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from re import compile as pattern
from typing import Any, Final
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse

RUNS: Final = tuple("=+-@\t\r\n＝＋－＠")
"""First characters that make a spreadsheet take a cell for a formula (the wide ones in East Asia)."""
SPLIT: Final = pattern(r"^([\s;,|]+)(?=[=+\-@＝＋－＠])")
"""Separators in front of a formula: where lists are separated by them, it begins a cell of its own."""
TELEPHONE: Final = pattern(r"\+\d{4,15}")
CHUNK: Final = 64 * 1024
SHEET_ROWS: Final = 1_048_576
CELL_LENGTH: Final = 32_767

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def neutralize(value: Any) -> Any:
    """The value, unable to run: text that begins like a formula gets an apostrophe. Numbers stay numbers.

    A bare E.164 number is let through: a plus and digits compute nothing, and files of ours are read back.
    """
    if not isinstance(value, str) or TELEPHONE.fullmatch(value):
        return value
    value = SPLIT.sub(r"\1'", value)
    return "'" + value if value.startswith(RUNS) else value


def written(value: Any) -> Any:
    """A cell as it stands in a file: nothing for None, ISO 8601 for moments and days, true or false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return neutralize(value if isinstance(value, int | float | Decimal) else str(value))


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Rows as a CSV download (UTF-8, CRLF, RFC 4180), sent while they are read."""
    return StreamingHttpResponse(
        csv_chunks(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": attachment(filename)},
    )


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file in pieces of about 64 KB."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([written(cell) for cell in header])
    for row in rows:
        writer.writerow([written(cell) for cell in row])
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def xlsx_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """Rows as an XLSX download; a sheet that is full is followed by another one with the same header."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    write_xlsx(file, header, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=filename, content_type=XLSX)


def write_xlsx(file: Any, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes the workbook into an open binary file; row by row, so that memory stays flat."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        sheet = new_sheet(book, header, bold)
        line = 0
        for row in rows:
            line += 1
            if line == SHEET_ROWS:
                sheet, line = new_sheet(book, header, bold), 1
            write_row(sheet, line, row)


def new_sheet(book: xlsxwriter.Workbook, header: Sequence[str], bold: Any) -> Any:
    """A sheet with its header, which stays in sight."""
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.write_string(0, column, str(neutralize(name))[:CELL_LENGTH], bold)
    return sheet


def write_row(sheet: Any, line: int, row: Sequence[Any]) -> None:
    """Numbers as numbers, everything else as text: nothing is ever written as a formula or a link."""
    for column, cell in enumerate(row):
        value = written(cell)
        if isinstance(value, str):
            sheet.write_string(line, column, value[:CELL_LENGTH])
        else:
            sheet.write_number(line, column, value)


def attachment(filename: str) -> str:
    """A Content-Disposition that every browser reads, whatever letters the name has."""
    filename = "".join(letter for letter in filename if letter.isprintable())
    plain = filename.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "") or "download"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
