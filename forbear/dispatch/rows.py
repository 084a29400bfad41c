"""A batch as one parameter: rows travel as JSON and are unpacked by `json_to_recordset`.

Arrays of text would do the same, but their escaping costs more than the statement that they feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import connection


def as_rows(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """`as_rows(("id", "status"), [(1, "sent")])` -> '[{"id":1,"status":"sent"}]'; instants become ISO text."""
    records = [dict(zip(names, row, strict=True)) for row in rows]
    return orjson.dumps(records).decode()


def fetched(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """All rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def storable(text: str, most: int) -> str:
    """A stranger's text as the database can keep it: no NUL, no half of a surrogate pair, not too long."""
    return text.replace("\x00", "").encode(errors="replace").decode()[:most]
