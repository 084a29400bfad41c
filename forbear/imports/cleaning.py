"""Batches of raw rows into clean columns, and the rows that must be left out with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, NamedTuple

from forbear.web.formats import plural

from .columns import Flaws, Habits, Typed, Verbatim, amounts, cleaner_of
from .evidence import decimal_mark, month_comes_first
from .mapping import Column, Field
from .sheet import Batch, Ragged

_SHOWN_VALUE = 500


class RowFlaw(NamedTuple):
    """Why a row is left out. `row` is its line in the file, the header being 1."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Cleaned:
    """Rows that can be saved, as columns of equal length, and the flaws of those that cannot."""

    lines: list[int]
    columns: dict[str, list[Any]]
    flaws: list[RowFlaw] = field(default_factory=list)
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class OutputNames:
    """Under which name each column of the file comes out, by its index: standard values, and raw texts for tags."""

    standard: dict[int, str]
    tags: dict[int, str]
    headers: dict[str, str]
    """Tag column name -> exact header."""
    points: dict[str, tuple[str, str]]
    """Name of a column of phones or e-mails -> (kind, place); the primary ones come first of their kind."""


def habits_of(sample: Batch, columns: Sequence[Column], *, country: str, currency: str) -> Habits:
    """Decided per column by what its first rows say: 19/12/26 can only be day/month, 30,00 only a decimal comma."""
    month_first, mark = month_comes_first((), country), "."
    for column in columns:
        texts = list(map(str.strip, sample.columns[column.index])) if sample.columns else []
        if column.field is Field.DUE_DATE:
            month_first = month_comes_first(texts, country)
        elif column.field in {Field.DUE_DATE_MONTH_FIRST, Field.DUE_DATE_DAY_FIRST}:
            month_first = column.field is Field.DUE_DATE_MONTH_FIRST
        elif column.field is Field.BALANCE:
            mark = decimal_mark(texts)
    return Habits(country, currency, month_first, mark)


class _Rows:
    """A batch on its way: what has been made of it so far, and which rows are out."""

    def __init__(self, batch: Batch) -> None:
        self.lines = batch.lines
        self.texts = [list(map(str.strip, texts)) for texts in batch.columns]
        self.made: dict[str, list[Any]] = {}
        self.flaws: list[RowFlaw] = []
        self.out: set[int] = set()

    def leave_out(self, column: Column, reasons: Flaws) -> None:
        for at, reason in reasons.items():
            value = self.texts[column.index][at][:_SHOWN_VALUE]
            self.flaws.append(RowFlaw(self.lines[at], column.header or f"column {column.index + 1}", value, reason))
            self.out.add(at)

    def done(self, ragged: list[RowFlaw]) -> Cleaned:
        lines, made = self.lines, self.made
        if self.out:
            kept = [at not in self.out for at in range(len(lines))]
            lines = list(compress(lines, kept))
            made = {name: list(compress(values, kept)) for name, values in made.items()}
        return Cleaned(lines, made, sorted(self.flaws + ragged), len(self.out) + len(ragged))


class Cleaner:
    """Compiled once for a file's columns; `clean` then takes batch after batch. `filled` counts cells by header."""

    def __init__(self, columns: Sequence[Column], habits: Habits) -> None:
        used = [column for column in columns if column.field is not Field.IGNORED or not column.header]
        # The currency is read before the balance that it belongs to.
        self.columns = sorted(used, key=lambda column: column.field is Field.BALANCE)
        self.width = len(columns)
        self.habits = habits
        self.names = output_names(used)
        self.filled: Counter[str] = Counter()
        self._cleaners = {column.index: self._cleaner(column) for column in self.columns}
        self._amounts: dict[str, Typed] = {}

    def clean(self, batch: Batch) -> Cleaned:
        """The batch's columns under the names of `self.names`, without its flawed rows."""
        rows = _Rows(batch)
        if rows.texts:
            for column in self.columns:
                self._clean(column, rows)
            self._require_reach(rows)
        return rows.done([self._ragged(row) for row in batch.ragged])

    def _cleaner(self, column: Column) -> Typed | Verbatim | None:
        return None if column.field is Field.BALANCE else cleaner_of(column, self.habits)

    def _clean(self, column: Column, rows: _Rows) -> None:
        texts = rows.texts[column.index]
        self.filled[column.header] += len(texts) - texts.count("")
        cleaner = self._cleaners[column.index]
        values, flaws = cleaner(texts) if cleaner else self._balances(texts, rows.made.get("currency"))
        if flaws:
            rows.leave_out(column, flaws)
        if column.field is Field.NAME:
            names: Sequence[Any] = values
            rows.made["first_name"] = [name[0] if name else None for name in names]
            rows.made["last_name"] = [name[1] if name else None for name in names]
        elif column.index in self.names.standard:
            rows.made[self.names.standard[column.index]] = values
        if column.index in self.names.tags:
            rows.made[self.names.tags[column.index]] = texts

    def _balances(self, texts: list[str], currencies: list[str | None] | None) -> tuple[Sequence[int | None], Flaws]:
        if currencies is None:
            return self._amounts_in(self.habits.currency)(texts)
        values: list[int | None] = []
        flaws: Flaws = {}
        for at, (text, currency) in enumerate(zip(texts, currencies, strict=True)):
            (value,), flaw = self._amounts_in(currency or self.habits.currency)([text])
            values.append(value)
            if flaw:
                flaws[at] = flaw[0]
        return values, flaws

    def _amounts_in(self, currency: str) -> Typed:
        if currency not in self._amounts:
            self._amounts[currency] = amounts(currency, self.habits)
        return self._amounts[currency]

    def _require_reach(self, rows: _Rows) -> None:
        ways = [column for column in self.columns if column.reaches]
        points = [rows.made[self.names.standard[column.index]] for column in ways]
        if any(None not in addresses for addresses in points):
            return
        reason = "No phone number and no e-mail address: nobody could be reached."
        nobody = (at for at, addresses in enumerate(zip(*points, strict=True)) if not any(addresses))
        rows.leave_out(ways[0], {at: reason for at in nobody if at not in rows.out})

    def _ragged(self, row: Ragged) -> RowFlaw:
        cells, columns = plural(row.cells, "cell"), plural(self.width, "column")
        reason = f"The row has {cells} for {columns}; is a comma not inside quotation marks?"
        if row.last_line > row.line:
            reason = f"Rows {row.line} to {row.last_line} read as one; is a quotation mark never closed?"
        return RowFlaw(row.line, "", "", reason)


def output_names(columns: Iterable[Column]) -> OutputNames:
    """Names for what the cleaner makes of these columns."""
    names = OutputNames({}, {}, {}, {})
    others: Counter[str] = Counter()
    for column in columns:
        if column.is_tag:
            tag = f"tag{len(names.tags)}"
            names.tags[column.index] = tag
            names.headers[tag] = column.header
        if column.reaches:
            kind = "phone" if column.field in {Field.PHONE, Field.OTHER_PHONE} else "email"
            others[kind] += column.field != kind
            name = kind if column.field == kind else f"{kind}{others[kind]}"
            names.points[name] = (kind, column.place)
            names.standard[column.index] = name
        elif column.field not in {Field.CUSTOM, Field.IGNORED, Field.NAME}:
            names.standard[column.index] = "due_date" if column.field.startswith("due_date") else column.field.value
    return names
