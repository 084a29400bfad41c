"""Pages of a list by keyset: a cursor names the row where the page ends, so that inserts shift nothing.

The cost of a page does not grow with its depth, and no row is shown twice or left out while others arrive.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Q, QuerySet, Transform
from django.db.models.expressions import Col
from django.http import HttpRequest

from forbear.core.refusal import Refusal

ROWS: Final = 50
MOST_ROWS: Final = 500

Row = TypeVar("Row")


class UnknownCursor(Refusal):
    """This page link is no longer valid; start from the first page."""


class UnknownSort(Refusal):
    """This list cannot be sorted that way."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list in its order, and the cursors of the pages beside it (None where there is none)."""

    items: list[Row]
    next_cursor: str | None
    previous_cursor: str | None
    sort: str
    cursor: str | None = None
    total: int | None = None


@dataclass(frozen=True)
class Column:
    """One column of an order: lookup path, direction, the field that reads its values, if it can be NULL."""

    path: str
    descending: bool
    field: Any
    nullable: bool

    @property
    def order(self) -> str:
        return f"-{self.path}" if self.descending else self.path

    def beyond(self, value: Any) -> Q:
        """Rows that stand after `value`. PostgreSQL puts NULL after everything, and first when descending."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if self.descending else Q(pk__in=())
        if self.descending:
            return Q(**{f"{self.path}__lt": value})
        after = Q(**{f"{self.path}__gt": value})
        return after | Q(**{f"{self.path}__isnull": True}) if self.nullable else after

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def bound(self, value: Any) -> Q:
        """True of every row from `value` on; alone in a WHERE it lets an index begin there."""
        if self.nullable:
            return Q()
        return Q(**{f"{self.path}__{'lte' if self.descending else 'gte'}": value})


def paginate(
    queryset: QuerySet[Any],
    *,
    sorts: Mapping[str, Sequence[str]],
    sort: str | None = None,
    cursor: str | None = None,
    limit: int = ROWS,
    default: str = "",
    count: bool = False,
    read: Callable[[QuerySet[Any]], list[Any]] = list,
) -> Page[Any]:
    """One page of a queryset.

    sorts: the orders on offer, each a list of columns: `{"name": ["last_name", "first_name"], "due": ["-due"]}`
    (a sort with a minus in front is that order backwards; the primary key breaks ties). count: the total too,
    which reads the whole list. read: reads the rows of the ordered slice. Raises UnknownSort and UnknownCursor.
    """
    sort = sort or default or next(iter(sorts))
    columns = order_of(queryset, sorts, sort)
    backwards, values = read_cursor(cursor, columns, sort) if cursor else (False, None)
    ordered = [turned(column) for column in columns] if backwards else columns
    rows = queryset.order_by(*(column.order for column in ordered))
    if values is not None:
        rows = rows.filter(after(ordered, values))
    found = read(rows[: min(limit, MOST_ROWS) + 1])
    more, items = len(found) > limit, found[:limit]
    total = queryset.order_by().count() if count else None
    if backwards:
        items.reverse()
    has_next, has_previous = (bool(items), more) if backwards else (more, bool(cursor and items))
    return Page(
        items=items,
        next_cursor=write_cursor(items[-1], columns, sort, "next") if has_next else None,
        previous_cursor=write_cursor(items[0], columns, sort, "previous") if has_previous else None,
        sort=sort,
        cursor=cursor,
        total=total,
    )


def page_of(
    request: HttpRequest,
    queryset: QuerySet[Any],
    *,
    sorts: Mapping[str, Sequence[str]],
    default: str = "",
    limit: int = ROWS,
    count: bool = False,
    read: Callable[[QuerySet[Any]], list[Any]] = list,
) -> Page[Any]:
    """The page that `?sort=` and `?cursor=` of a request ask for."""
    return paginate(
        queryset,
        sorts=sorts,
        sort=request.GET.get("sort"),
        cursor=request.GET.get("cursor"),
        limit=limit,
        default=default,
        count=count,
        read=read,
    )


def order_of(queryset: QuerySet[Any], sorts: Mapping[str, Sequence[str]], sort: str) -> list[Column]:
    """The columns of a sort with the primary key behind them; raises UnknownSort."""
    name = sort.removeprefix("-")
    if name not in sorts:
        raise UnknownSort(f"This list cannot be sorted that way; choose one of: {', '.join(sorts)}.")
    paths = [path for path in sorts[name] if path.lstrip("-") not in ("pk", "id")]
    columns = [column_of(queryset, path) for path in (*paths, "pk")]
    return [turned(column) for column in columns] if sort.startswith("-") else columns


def turned(column: Column) -> Column:
    return Column(column.path, not column.descending, column.field, column.nullable)


def column_of(queryset: QuerySet[Any], order: str) -> Column:
    """A column by its path through the models, or by the name of an annotation."""
    path, descending = order.removeprefix("-"), order.startswith("-")
    if path in queryset.query.annotations:
        annotation = queryset.query.annotations[path]
        return Column(path, descending, annotation.output_field, can_be_null(queryset, annotation))
    model, nullable, field = queryset.model, False, None
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if not isinstance(field, Field):
            raise FieldDoesNotExist(f"{path} is not a column of {queryset.model.__name__}.")
        nullable = nullable or field.null
        model = field.related_model or model
    return Column(path, descending, field, nullable)


def can_be_null(queryset: QuerySet[Any], annotation: Any) -> bool:
    """Whatever is computed may be NULL; not so a transform (`Lower("name")`) of a column that is always there."""
    source = annotation.get_source_expressions()[0] if isinstance(annotation, Transform) else None
    if not isinstance(source, Col):
        return True
    table = queryset.query.alias_map[source.alias]
    return bool(source.target.null or getattr(table, "join_type", None) == "LEFT OUTER JOIN")


def after(columns: Sequence[Column], values: Sequence[Any]) -> Q:
    """Rows that stand after the row with these values, in the order of the columns."""
    found, same = Q(pk__in=()), Q()
    for column, value in zip(columns, values, strict=True):
        found |= same & column.beyond(value)
        same &= column.same(value)
    return columns[0].bound(values[0]) & found


def write_cursor(row: Any, columns: Sequence[Column], sort: str, direction: str) -> str:
    """A row's place in the order, as one opaque word."""
    values = [text_of(value_in(row, column.path), column.field) for column in columns]
    text = json.dumps([direction, sort, values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, columns: Sequence[Column], sort: str) -> tuple[bool, list[Any]]:
    """Whether it leads backwards, and the values of the row; UnknownCursor for anything we did not write."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        direction, written_for, texts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if direction not in ("next", "previous") or written_for != sort:
            raise UnknownCursor
        return direction == "previous", [value_of(text, column) for text, column in zip(texts, columns, strict=True)]
    except (ValueError, TypeError, RecursionError, binascii.Error, ValidationError, OverflowError) as wrong:
        raise UnknownCursor from wrong


def text_of(value: Any, field: Any) -> str | None:
    """A value as its field writes it into text."""
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def value_of(text: str | None, column: Column) -> Any:
    """The value that `text_of` wrote; a NULL only where the column can have one."""
    if text is None and column.nullable:
        return None
    if not isinstance(text, str) or "\x00" in text:
        raise UnknownCursor
    value = column.field.to_python(text)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        raise UnknownCursor
    return value


def value_in(row: Any, path: str) -> Any:
    """The value of a row (a model instance, or a dictionary of `values()`) at a lookup path."""
    if isinstance(row, Mapping):
        return row["id" if path == "pk" and "pk" not in row else path]
    for name in path.split("__"):
        row = getattr(row, name) if row is not None else None
    return row
