"""How what is given about an account or a person is kept: each field with its own check. Raises Invalid by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, NoReturn
from zoneinfo import available_timezones

from forbear.core.refusal import Invalid

from .refusals import StatusNotByHand
from .states import FROM_PROMISES, Status

Given = Mapping[str, Any]
Check = Callable[[str, Any], Any]

LONGEST_FIELD = 10_000
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def kept(given: Given, known: Mapping[str, Check]) -> dict[str, Any]:
    """Every value in its kept form; known: OF_ACCOUNT or OF_PERSON."""
    for name in given:
        if name not in known:
            _refuse(name, f"“{name}” is not changed here.")
    return {name: known[name](name, value) for name, value in given.items()}


def require_name(first: str, last: str) -> None:
    if not first and not last:
        _refuse("last_name", "Give at least one name.")


def _refuse(name: str, why: str) -> NoReturn:
    raise Invalid(why, fields={name: why})


def _line(name: str, value: str | None, *, most: int = 120) -> str:
    text = " ".join((value or "").split())
    if len(text) > most or not text.isprintable():
        _refuse(name, f"Write at most {most} characters in one line.")
    return text


def _external_id(name: str, value: str | None) -> str | None:
    return _line(name, value) or None


def _status(name: str, value: str) -> Status:
    if value not in set(Status):
        _refuse(name, f"Choose one of {', '.join(Status)}.")
    if value in FROM_PROMISES:
        raise StatusNotByHand(fields={name: "Record the promise instead."})
    return Status(value)


def _score(name: str, value: int | None) -> int | None:
    if value is not None and not -32_768 <= value <= 32_767:
        _refuse(name, "A score lies between -32768 and 32767.")
    return value


def _due_date(name: str, value: date | None) -> date | None:
    if value is not None and not 1970 <= value.year <= 2100:
        _refuse(name, "A due date lies between 1970 and 2100.")
    return value


def _fields(name: str, value: Given) -> dict[str, Any]:
    for key, content in value.items():
        if not key or len(key) > 120 or not key.isprintable() or key != key.strip():
            _refuse(name, "A field's name has at most 120 characters in one line.")
        if isinstance(content, str) and ("\0" in content or len(content) > LONGEST_FIELD):
            _refuse(name, f"“{key}” is no text of at most {LONGEST_FIELD:,} characters.")
    return dict(value)


def _time_zone(name: str, value: str | None) -> str:
    if value and value not in available_timezones():
        _refuse(name, f"“{value}” is no time zone; write it like America/Chicago.")
    return value or ""


def _language(name: str, value: str | None) -> str:
    if value and not _LANGUAGE.fullmatch(value):
        _refuse(name, "Write the language as two letters, such as en or es.")
    return value or ""


def _code(name: str, value: str | None, *, shape: str, example: str) -> str:
    text = (value or "").strip().upper()
    if text and not re.fullmatch(shape, text):
        _refuse(name, f"Write its code, such as {example}.")
    return text


OF_ACCOUNT: Mapping[str, Check] = {
    "number": _line,
    "external_id": _external_id,
    "creditor": _line,
    "due_date": _due_date,
    "score": _score,
    "status": _status,
    "fields": _fields,
}
OF_PERSON: Mapping[str, Check] = {
    "first_name": _line,
    "last_name": _line,
    "language": _language,
    "time_zone": _time_zone,
    "postal_code": partial(_line, most=16),
    "state": partial(_code, shape="[A-Z]{2,3}", example="CA"),
    "country": partial(_code, shape="[A-Z]{2}", example="US"),
}
