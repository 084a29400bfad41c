"""Why a whole file is turned away. Each text is one sentence that names the file and what to do."""

from __future__ import annotations

from forbear.core.refusal import Refusal


class FileRefused(Refusal):
    """This file cannot be read."""


class EmptyFile(FileRefused):
    """The file is empty."""

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} is empty; choose a file with a row of column names and rows below it.")


class NoRows(FileRefused):
    """The file has column names and nothing below them."""

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} has column names and no rows below them; add rows and try again.")


class BinaryFile(FileRefused):
    """The file is neither text nor a workbook."""

    def __init__(self, filename: str, what: str = "is neither a CSV text nor an Excel workbook") -> None:
        super().__init__(f"{filename} {what}; save it as CSV or .xlsx and try again.")


class FileTooBig(FileRefused):
    """The file is larger than an import may be."""

    def __init__(self, filename: str, limit_bytes: int) -> None:
        super().__init__(f"{filename} is larger than {limit_bytes // 2**20} MB; split it and add the parts.")


class LineTooLong(FileRefused):
    """One line is longer than any row of contacts can be."""

    def __init__(self, filename: str, line: int, limit: int) -> None:
        super().__init__(f"Line {line:,} of {filename} is longer than {limit:,} characters, so it is no list.")


class QuoteNeverClosed(FileRefused):
    """A quotation mark opens a cell and never closes it."""

    def __init__(self, filename: str, line: int) -> None:
        super().__init__(f"A quotation mark opens in row {line:,} of {filename} and is never closed.")


class TooManyRows(FileRefused):
    """The file has more rows than an import may have."""

    def __init__(self, filename: str, limit: int) -> None:
        super().__init__(f"{filename} has more than {limit:,} rows; split it and add the parts.")


class TooManyColumns(FileRefused):
    """A row has more columns than an import may have."""

    def __init__(self, filename: str, line: int, limit: int) -> None:
        super().__init__(f"Row {line:,} of {filename} has more than {limit} columns.")


class OneColumnOnly(FileRefused):
    """No known delimiter splits the file into columns."""

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} reads as a single column; separate the columns by commas, semicolons, tabs or |.")


class NoHeader(FileRefused):
    """The first row holds data instead of column names."""

    def __init__(self, filename: str, line: int, cell: str) -> None:
        super().__init__(
            f"Row {line:,} of {filename} should hold the column names, but “{cell}” looks like data;"
            " add a first row with a name for every column."
        )


class DuplicateHeaders(FileRefused):
    """Two columns have the same name."""

    def __init__(self, filename: str, header: str, first: int, second: int) -> None:
        super().__init__(
            f"Columns {first} and {second} of {filename} are both named “{header}”; give each its own name."
        )


class NothingUsable(FileRefused):
    """No column holds a phone number or an e-mail address."""

    def __init__(self, filename: str, headers: list[str]) -> None:
        seen = ", ".join(headers[:5]) + (" …" if len(headers) > 5 else "")
        super().__init__(f"No column of {filename} is a phone number or an e-mail address (it has: {seen}).")


class NotAWorkbook(FileRefused):
    """The file is a ZIP archive or a damaged workbook, not a readable one."""

    def __init__(self, filename: str, what: str = "is not a workbook that can be read") -> None:
        super().__init__(f"{filename} {what}; save it again as .xlsx or CSV.")


class EncryptedWorkbook(FileRefused):
    """The workbook is protected by a password."""

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} is protected by a password; save it without one and try again.")


class ZipBomb(FileRefused):
    """The workbook unpacks to far more than it says."""

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} would unpack to far more than a list of contacts can be; it was not opened.")


class BadMapping(FileRefused):
    """The chosen columns do not fit the file."""
