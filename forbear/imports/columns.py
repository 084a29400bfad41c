"""One column at a time: a list of texts in, a list of values out, and the flaws by position.

A value that has been cleaned once is looked up the next time, and a cell in its plainest shape costs one match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from forbear.core.money import exponent

from . import cells, plain
from .cells import BLANKS, NANP_COUNTRIES, Flaw, quoted
from .mapping import Column, Field
from .plain import Whole

_REMEMBERED = 30_000

Flaws = dict[int, str]


@dataclass(frozen=True, slots=True)
class Habits:
    """How the file writes things, and what holds where it says nothing."""

    country: str = "US"
    currency: str = "USD"
    month_first: bool = True
    decimal_mark: str = "."
    longest_cell: int = 10_000


class Memo(dict[str, Any]):
    """Values by the text they were cleaned from; a flawed text is None here and has its sentence in `flaws`."""

    def __init__(self, clean: Callable[[str], Any], *, blanks: frozenset[str] = BLANKS) -> None:
        super().__init__()
        self.clean = clean
        self.blanks = blanks
        self.flaws: dict[str, str] = {}

    def __missing__(self, text: str) -> Any:
        value = None
        if text:
            try:
                value = self.clean(text)
            except Flaw as flaw:
                if text.lower() not in self.blanks:
                    self.flaws[text] = str(flaw)
        self[text] = value
        return value

    def forget(self) -> None:
        """Keep the memory flat."""
        if len(self) > _REMEMBERED:
            self.clear()
            self.flaws.clear()

    def flawed(self, texts: list[str]) -> Flaws:
        """The sentences of this column's flawed cells, by position."""
        if not self.flaws:
            return {}
        return {at: self.flaws[text] for at, text in enumerate(texts) if text in self.flaws}


@dataclass(frozen=True, slots=True)
class Plain:
    """The plainest shape of a column: all cells at once, or a quick test of one and what to make of it."""

    whole: Whole
    passes: Callable[[str], object]
    make: Callable[[str], Any] | None = None


class Typed:
    """A column whose cells are cleaned one by one, unless they are in its plainest shape."""

    def __init__(self, memo: Memo, plain: Plain | None = None) -> None:
        self.memo = memo
        self.plain = plain

    def __call__(self, texts: list[str]) -> tuple[Sequence[Any], Flaws]:
        values = self.plain.whole(texts) if self.plain and texts else None
        return (self._one_by_one(texts), self.memo.flawed(texts)) if values is None else (values, {})

    def _one_by_one(self, texts: list[str]) -> list[Any]:
        memo = self.memo
        memo.forget()
        if self.plain is None:
            return list(map(memo.__getitem__, texts))
        passes, make = self.plain.passes, self.plain.make
        if make is None:
            return [text if passes(text) else memo[text] for text in texts]
        return [make(text) if passes(text) else memo[text] for text in texts]


class Verbatim:
    """A column that is kept as it stands."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, texts: list[str]) -> tuple[list[Any], Flaws]:
        flaws: Flaws = {}
        if max(map(len, texts)) > self.longest:
            say = f"The cell is longer than {self.longest:,} characters; is a quotation mark never closed?"
            flaws = {at: say for at, text in enumerate(texts) if len(text) > self.longest}
        if "\ufffd" in "".join(texts):
            flaws |= {at: _unreadable(text) for at, text in enumerate(texts) if "\ufffd" in text}
        return texts, flaws


def _unreadable(text: str) -> str:
    return f"{quoted(text)} has letters that could not be read; save the file as UTF-8."


def _words(limit: int, what: str, text: str) -> str:
    if "\ufffd" in text:
        raise Flaw(_unreadable(text))
    if len(text) > limit:
        raise Flaw(f"The {what} is longer than {limit:,} characters.")
    return " ".join(text.split())


def split_name(name: str) -> tuple[str, str]:
    """`Betty Ruble` and `Ruble, Betty` are first name Betty, last name Ruble; one word is a last name."""
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = name.partition(" ")
    return (first, last) if last else ("", first)


def _nameless(text: str) -> None:
    raise Flaw(f"{quoted(text)} stands in a column that has no name in the first row.")


_PLAIN_ZIP = Plain(plain.five_digits, re.compile(r"[0-9]{5}").fullmatch)
_PLAIN_PHONE = Plain(plain.ten_digits, re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}").fullmatch, "+1{}".format)
_PLAIN_EMAIL = Plain(
    plain.emails,
    re.compile(
        r"(?=.{6,254}\Z)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
    ).fullmatch,
)
_PLAIN_WORD = Plain(plain.words, re.compile(r"[!-~]{1,120}").fullmatch)
_PLAIN_CENTS = Plain(plain.cents, re.compile(r"\d{1,7}\.\d\d").fullmatch, lambda text: int(text[:-3] + text[-2:]))
_WORDS = {
    Field.FIRST_NAME: "first name", Field.LAST_NAME: "last name", Field.NAME: "name", Field.NUMBER: "account number",
    Field.EXTERNAL_ID: "external id", Field.CREDITOR: "creditor",
}  # fmt: skip


def amounts(currency: str, habits: Habits) -> Typed:
    """Balances in minor units of `currency`."""
    memo = Memo(partial(cells.clean_amount, currency=currency, decimal_mark=habits.decimal_mark))
    hundredths = exponent(currency) == 2 and habits.decimal_mark == "."
    return Typed(memo, _PLAIN_CENTS if hundredths else None)


def cleaner_of(column: Column, habits: Habits) -> Typed | Verbatim:
    """The one that fits what the column becomes; balances go through `amounts`."""
    country = habits.country
    match column.field:
        case Field.PHONE | Field.OTHER_PHONE:
            memo = Memo(partial(cells.clean_phone, country=country))
            return Typed(memo, _PLAIN_PHONE if country in NANP_COUNTRIES else None)
        case Field.EMAIL | Field.OTHER_EMAIL:
            return Typed(Memo(cells.clean_email), _PLAIN_EMAIL)
        case Field.DUE_DATE | Field.DUE_DATE_MONTH_FIRST | Field.DUE_DATE_DAY_FIRST:
            return Typed(Memo(partial(cells.clean_date, month_first=habits.month_first)))
        case Field.STATE:
            return Typed(Memo(partial(cells.clean_state, country=country)))
        case Field.POSTAL_CODE:
            return Typed(
                Memo(partial(cells.clean_postal_code, country=country)), _PLAIN_ZIP if country == "US" else None
            )
        case Field.CURRENCY | Field.LANGUAGE | Field.TIME_ZONE | Field.SCORE:
            return Typed(Memo(_BY_FIELD[column.field]))
        case Field.CUSTOM:
            return Verbatim(habits.longest_cell)
        case Field.IGNORED:
            return Typed(Memo(_nameless, blanks=frozenset()))
    return _words_of(column.field)


_BY_FIELD: dict[Field, Callable[[str], Any]] = {
    Field.CURRENCY: cells.clean_currency,
    Field.LANGUAGE: cells.clean_language,
    Field.TIME_ZONE: cells.clean_time_zone,
    Field.SCORE: cells.clean_score,
}


def _words_of(field: Field) -> Typed:
    words = partial(_words, 120, _WORDS[field])
    if field is Field.NAME:
        return Typed(Memo(lambda text: split_name(words(text)), blanks=frozenset()))
    shape = _PLAIN_WORD if field in {Field.NUMBER, Field.EXTERNAL_ID} else None
    return Typed(Memo(words, blanks=frozenset()), shape)
