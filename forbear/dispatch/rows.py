"""A batch as one parameter: rows travel as JSON and are unpacked by `json_to_recordset`.

Arrays of text would do the same, but their escaping costs more than the statement that they feed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection


def as_rows(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """`as_rows(("id", "status"), [(1, "sent")])` -> '[{"id":1,"status":"sent"}]'; instants become ISO text."""
    records = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps(records, separators=(",", ":"), ensure_ascii=False, default=_instant)


def fetched(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """All rows of one statement. Lists go as PostgreSQL writes them: the driver looks at every member twice."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [as_array(value) if isinstance(value, list) else value for value in params])
        return list(cursor.fetchall())


def as_array(values: list[Any]) -> Any:
    """`[1, 2]` -> '{1,2}', `["a"]` -> '{"a"}', whose type the statement knows; other lists stay as they are."""
    kinds = {type(value) for value in values}
    if kinds == {int}:
        return f"{{{','.join(map(str, values))}}}"
    if kinds == {str}:
        return "{" + ",".join(map(_quoted, values)) + "}"
    return values


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def storable(text: str, most: int) -> str:
    """A stranger's text as the database can keep it: no NUL, no half of a surrogate pair, not too long."""
    return text.replace("\x00", "").encode(errors="replace").decode()[:most]


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot travel in a batch.")
