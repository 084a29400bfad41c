"""Named reads of the imports room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from forbear.core.money import Money
from forbear.core.phone import readable
from forbear.staff.models import Organization, OwnedQuerySet

from . import applying
from .cleaning import Cleaner, RowFlaw
from .mapping import Column, Field
from .models import Import, RowError
from .sheet import Sheet
from .states import Status

PREVIEWED = 20
_PATIENCE = timedelta(minutes=2)


def imports_of(organization: Organization) -> OwnedQuerySet:
    """Those that saved something or tried to, the newest first."""
    rows = Import.objects.of(organization).filter(dry_run=False).exclude(status=Status.UPLOADED)
    return rows.select_related("contact_list").order_by("-pk")


def running(organization: Organization) -> Sequence[Import]:
    """What workers are at now, files that are only looked over included."""
    rows = Import.objects.of(organization).filter(status__in=[Status.QUEUED, Status.RUNNING])
    return list(rows.order_by("-pk")[:5])


def unfinished(*, at: datetime) -> list[int]:
    """Imports that should be done by a worker and may have lost theirs."""
    rows = Import.objects.filter(status__in=[Status.QUEUED, Status.RUNNING], uploaded_at__lt=at - _PATIENCE)
    return list(rows.values_list("pk", flat=True))


_WITHOUT_A_YES = Q(status=Status.UPLOADED) | Q(status=Status.COMPLETED, dry_run=True)


def abandoned(*, at: datetime) -> list[Import]:
    """Uploads that have waited for columns or a yes for more than two days."""
    return list(Import.objects.filter(_WITHOUT_A_YES, uploaded_at__lt=at - timedelta(days=2)))


def waiting(organization: Organization) -> Sequence[Import]:
    """Looked over or just uploaded, and nobody has said yes yet."""
    return list(Import.objects.of(organization).filter(_WITHOUT_A_YES).order_by("-pk")[:5])


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """The flaws of one column: how many rows, the first of them, and one reason."""

    column: str
    rows: int
    first: int
    reason: str

    @property
    def others(self) -> int:
        return self.rows - 1


def error_groups(batch: Import) -> list[ErrorGroup]:
    """By column and kind of reason, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""SELECT "column", count(DISTINCT "row"), min("row"), (array_agg(reason ORDER BY "row"))[1]
                FROM imports_rowerror WHERE batch_id = %s
                GROUP BY "column", regexp_replace(reason, '“.*”|\d+', '', 'g') ORDER BY 2 DESC, 3 LIMIT 12""",
            [batch.pk],
        )
        return [ErrorGroup(*row) for row in cursor.fetchall()]


def row_errors(batch: Import) -> Iterator[tuple[int, str, str, str]]:
    """row, column, value, reason; in the order of the file."""
    rows = RowError.objects.filter(batch=batch).order_by("row", "pk")
    return rows.values_list("row", "column", "value", "reason").iterator(chunk_size=5_000)


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column on the page: its first value, what it becomes, and how it was read."""

    column: Column
    first: str
    note: str
    empty: bool

    @property
    def word(self) -> str:
        return self.column.field.value

    @property
    def is_found(self) -> bool:
        return self.column.field is not Field.CUSTOM


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    wrong: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class RowShown:
    """One of the first rows as it will be saved, with what is wrong with it."""

    line: int
    cells: list[Cell]
    wrong: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file and what its columns become."""

    columns: list[ColumnShown]
    titles: list[tuple[str, bool]]
    rows: list[RowShown]
    read_as: str

    @property
    def recognized(self) -> int:
        return sum(shown.is_found for shown in self.columns)

    @property
    def empty(self) -> list[str]:
        return [shown.column.header for shown in self.columns if shown.empty]


def preview(batch: Import) -> Preview:
    """Read from the kept file. Raises FileRefused."""
    sheet = applying.sheet_of(batch)
    cleaner = applying.cleaner_of(batch, sheet)
    chosen = applying.columns_of(batch, sheet)
    first = sheet.first_rows(PREVIEWED)
    columns = [_column(column, sheet, cleaner, first.rows) for column in chosen if column.header]
    shown = [column for column in chosen if column.field in _SHOWN]
    cleaned = cleaner.clean(first)
    flaws: dict[int, list[RowFlaw]] = {}
    for flaw in cleaned.flaws:
        flaws.setdefault(flaw.row, []).append(flaw)
    saved = {line: at for at, line in enumerate(cleaned.lines)}
    rows = []
    for line, texts in zip(first.lines, first.rows, strict=True):
        at = saved.get(line)
        cells = [_cell(column, texts, cleaner, cleaned.columns, at, flaws.get(line, [])) for column in shown]
        rows.append(RowShown(line, cells, " ".join(flaw.reason for flaw in flaws.get(line, []))))
    titles = [(column.label, column.field is Field.BALANCE) for column in shown]
    return Preview(columns, titles, rows, sheet.read_as)


_NAMED = frozenset({Field.FIRST_NAME, Field.LAST_NAME, Field.NAME})
_SHOWN = _NAMED | {
    Field.PHONE, Field.EMAIL, Field.NUMBER, Field.EXTERNAL_ID, Field.BALANCE, Field.CURRENCY, Field.DUE_DATE,
    Field.DUE_DATE_DAY_FIRST, Field.DUE_DATE_MONTH_FIRST, Field.CREDITOR,
}  # fmt: skip


def _column(column: Column, sheet: Sheet, cleaner: Cleaner, rows: list[list[str]]) -> ColumnShown:
    texts = [row[column.index].strip() for row in rows]
    first = next((text for text in texts if text), "")
    return ColumnShown(column, first[:60], _note(column, cleaner), not any(texts))


def _note(column: Column, cleaner: Cleaner) -> str:
    habits = cleaner.habits
    match column.field:
        case Field.BALANCE:
            return f"in {habits.currency}" if "currency" not in cleaner.names.standard.values() else ""
        case Field.DUE_DATE | Field.DUE_DATE_DAY_FIRST | Field.DUE_DATE_MONTH_FIRST:
            return f"read as {'month/day/year' if habits.month_first else 'day/month/year'}"
        case Field.CUSTOM:
            return "kept as it is"
        case Field.IGNORED:
            return "not saved"
    return ""


def _cell(
    column: Column, texts: list[str], cleaner: Cleaner, made: dict[str, list[Any]], at: int | None, flaws: list[RowFlaw]
) -> Cell:
    raw = texts[column.index].strip()[:80]
    number = column.field is Field.BALANCE
    wrong = next((flaw.reason for flaw in flaws if flaw.column == column.header), "")
    name = cleaner.names.standard.get(column.index)
    if at is None or name is None:
        return Cell(raw, wrong, number)
    value = made[name][at]
    currency = (made.get("currency") or {at: None})[at] or cleaner.habits.currency
    return Cell(_readable(name, value, currency), wrong, number)


def _readable(name: str, value: Any, currency: str) -> str:
    if value is None:
        return ""
    if name == "balance":
        return str(Money(value, currency))
    if name == "phone":
        return readable(value)
    if name == "due_date":
        day = date.fromisoformat(value)
        return f"{day.day} {day:%b %Y}"
    return str(value)
