"""Logs: one JSON object a line, with the request's id, and nothing of anybody's in it.

Paths hold ids, telephone numbers and the tokens of links: a line names the route instead. What an error says may quote
a row: its quoted parts, addresses and long numbers are masked, and PostgreSQL's details stay out.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from typing import Any

MASK = "…"
# Quoted words, e-mail addresses, and digits as in telephone and account numbers.
_OF_SOMEBODY = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|“[^”]*”|\S+@\S+|\+?\d(?:[\d().-]|\s(?=\d)){4,}", re.DOTALL
)


class JsonLines(logging.Formatter):
    """Lines of structlog pass as they are; lines of others become JSON."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.name.startswith("forbear") and text.startswith("{"):
            return text
        line = {"event": without_path(text, record), "level": record.levelname.lower(), "logger": record.name}
        if record.exc_info and record.exc_info[1]:
            line["exception"] = trace_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def without_path(text: str, record: logging.LogRecord) -> str:
    """The framework's lines about a request, with its route in place of its path."""
    request = getattr(record, "request", None)
    path = str(getattr(request, "path", ""))
    return text.replace(path, route_of(request)) if len(path) > 1 else text


def route_of(request: Any) -> str:
    """`v1/accounts/<account_id>`; nothing where no route answers."""
    match = getattr(request, "resolver_match", None)
    return str(match.route) if match else ""


def masked_trace(logger: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """structlog's step for `exc_info`: the trace as text."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["exception"] = trace_of(error)
    return event


def trace_of(error: BaseException | None) -> str:
    """Where it happened and what kind of error it was, of this one and those behind it."""
    told: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        told.append("".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__qualname__}: {says(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nbecause of\n".join(told)


def says(error: BaseException) -> str:
    """The first line of what an error says, without what it quotes; of a database's error the constraint too."""
    first = (str(error).strip().splitlines() or [""])[0]
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    return _OF_SOMEBODY.sub(MASK, first)[:300] + (f" ({constraint})" if constraint else "")
