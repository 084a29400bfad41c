"""Every door of the house with a row behind it, and what stands in the database when somebody writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tests.architecture.test_strangers import FILLED, OPEN, PAGES, operations, path_of

__all__ = ["FILLED", "filled_paths", "operations", "writes"]

CHANGES = re.compile(r"\s*(?:WITH\b.*?\)\s*)?(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|COPY)\s+\"?(\w+)", re.I | re.S)
# What coming in and asking leaves behind, whoever asks.
TRACES = {"django_session", "staff_apikey", "staff_keptanswer", "compliance_unsealed"}


def filled_paths(ids: dict[str, str]) -> list[tuple[str, str]]:
    """(name, path) of every page that wants somebody signed in."""
    return [(name, path_of(route, ids)) for name, route in PAGES if name not in OPEN]


@contextmanager
def writes() -> Iterator[list[str]]:
    """The tables that are changed inside, but for the traces of asking itself."""
    tables: list[str] = []

    def look(execute: Callable[..., Any], statement: Any, *rest: Any) -> Any:
        found = CHANGES.match(str(statement))
        if found and found[2].lower() not in TRACES:
            tables.append(found[2].lower())
        return execute(statement, *rest)

    with connection.execute_wrapper(look):
        yield tables
