"""Rows that name another row which is gone: the links that the database does not check itself.

docs/decisions/bulk-rows-without-foreign-keys.md says which those are, and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models


@dataclass(frozen=True, slots=True)
class Orphans:
    """The rows of one link that lead nowhere: how many, and the numbers of the first five."""

    table: str
    column: str
    target: str
    count: int
    rows: tuple[int, ...]


def unchecked_links() -> Iterator[models.ForeignKey[Any, Any]]:
    """Every foreign key without a constraint in the database, of every model there is."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and not field.db_constraint:
                yield field


def orphans() -> list[Orphans]:
    """Those there are; one statement for each link, which reads both tables."""
    return [found for link in unchecked_links() if (found := _of(link)).count]


def _of(link: models.ForeignKey[Any, Any]) -> Orphans:
    mine, other = link.model._meta, link.related_model._meta
    # Of a key of several columns the link itself says most.
    key = str(mine.pk.column or link.column)
    names = [connection.ops.quote_name(str(name)) for name in (key, mine.db_table, link.column, other.db_table)]
    asked = _ASK.format(*names, connection.ops.quote_name(link.target_field.column))
    with connection.cursor() as cursor:
        cursor.execute(asked + _NOT_YET.get((mine.db_table, str(link.column)), ""))
        count, rows = cursor.fetchone() or (0, [])
    return Orphans(mine.db_table, str(link.column), other.db_table, count, tuple(rows or ()))


_ASK = """
SELECT count(*), (array_agg(child.{0} ORDER BY child.{0}))[1:5] FROM {1} child
WHERE child.{2} IS NOT NULL AND NOT EXISTS (SELECT FROM {3} parent WHERE parent.{4} = child.{2})"""

# What is written before the row that it names, and taken back where that never comes: contact points of people whom an
# import at work has not committed yet (docs/decisions/imports.md).
_NOT_YET = {
    ("accounts_contactpoint", "consumer_id"): """
  AND NOT EXISTS (SELECT FROM imports_block b WHERE child.consumer_id BETWEEN b.first AND b.last)"""
}
