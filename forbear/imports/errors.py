"""The flaws of an import on their way to the table: kept in a file, since the rows themselves may be rolled back."""

from __future__ import annotations

import csv
import tempfile
from types import TracebackType
from typing import Self

from django.db import connection

from .cleaning import RowFlaw
from .models import RowError

_COPY = """COPY imports_rowerror (batch_id, "row", "column", value, reason)
FROM STDIN (FORMAT csv, FORCE_NOT_NULL ("column", value))"""


class ErrorSpool:
    """Collects flaws in flat memory; `rows` counts the rows that have any."""

    def __init__(self) -> None:
        self.rows = 0
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed on exit
        self._writer = csv.writer(self._file, lineterminator="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def keep(self, flaws: list[RowFlaw]) -> None:
        self._writer.writerows(flaws)
        self.rows += len({flaw.row for flaw in flaws})

    def save(self, batch_id: int) -> None:
        """Replace the stored errors of the import by those collected here."""
        RowError.objects.filter(batch_id=batch_id).delete()
        self._file.seek(0)
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for flaw in csv.reader(self._file):
                copy.write(_line(batch_id, flaw))


def _line(batch_id: int, flaw: list[str]) -> str:
    cells = ['"' + cell.replace('"', '""') + '"' for cell in flaw]
    return f"{batch_id},{','.join(cells)}\n"
