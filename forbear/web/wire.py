"""Shapes on the wire: what is given to the API and what it shows, lists by cursor, rows by public id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
)
from pydantic_core import CoreSchema

from forbear.core import money
from forbear.core.currencies import CODES
from forbear.core.ids import number_of, public_id
from forbear.core.refusal import NotFound

from .pagination import paginate

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")

# JSON has these types itself: a string or a 1 is not taken for them.
_JSON_TYPES = {"bool", "int", "float"}
# Far from the ends of the calendar, so that no zone and no sum of days leaves it.
_YEARS = range(1900, 2200)


def _strict(node: Any) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("type"), str) and node["type"] in _JSON_TYPES:
            node["strict"] = True
        for part in node.values():
            _strict(part)
    elif isinstance(node, list | tuple):
        for part in node:
            _strict(part)


class Given(BaseModel):
    """A body as it is given: unknown fields are refused by name, booleans and numbers must be JSON's own."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        _strict(schema)
        return schema

    def changes(self) -> dict[str, Any]:
        """Only what was given: for PATCH."""
        return self.model_dump(exclude_unset=True)


class Shown(BaseModel):
    """An answer. Build it by name: `CampaignShown(id=campaign.public_id, …)`."""

    model_config = ConfigDict(from_attributes=True)


class Listed(Shown, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = None


class Problem(Shown):
    """Why not: one sentence, a code for programs, and for validation what is wrong with which field."""

    error: str
    code: str
    fields: dict[str, str] | None = None


def _text(value: Any) -> Any:
    if not isinstance(value, str | date):
        raise ValueError("Write it as a string, in ISO 8601.")
    return value


def _near(value: Any) -> Any:
    if value.year not in _YEARS:
        raise ValueError(f"The year must be from {_YEARS.start} to {_YEARS.stop - 1}.")
    return value.astimezone(UTC) if isinstance(value, datetime) else value


Moment = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_near)]
"""An instant in a body or a query: ISO 8601 with its zone; arrives in UTC."""
Day = Annotated[date, BeforeValidator(_text), AfterValidator(_near)]
"""A calendar day in a body or a query: ISO 8601."""
Limit = Annotated[int, Field(ge=1, le=500, description="Items on the page.")]
Cursor = Annotated[str, Field(max_length=2000, description="The `next_cursor` of the page before.")]


class MoneyShown(Shown):
    """`{"amount": "120.50", "currency": "USD"}`"""

    amount: str
    currency: str

    @classmethod
    def of(cls, value: money.Money) -> MoneyShown:
        return cls(amount=value.plain(), currency=value.currency)


def _known(code: str) -> str:
    if code not in CODES:
        raise ValueError(f"{code} is not a currency of ISO 4217.")
    return code


class MoneyGiven(Given):
    """Money in a body; `value()` raises ValueError for digits that the currency does not have."""

    amount: str = Field(pattern=r"^-?\d{1,15}(\.\d{1,3})?$")
    currency: Annotated[str, AfterValidator(_known)] = Field(pattern=r"^[A-Z]{3}$", examples=["USD"])

    def value(self) -> money.Money:
        try:
            return money.Money.of(Decimal(self.amount), self.currency)
        except InvalidOperation as wrong:
            raise ValueError(f"{self.amount} is not an amount.") from wrong


def found(rows: QuerySet[Row], public: str) -> Row:
    """The row with this public id among `rows` (begin with `.of(request.auth.organization)`).

    Raises NotFound, with the same words for a row that does not exist and for one of another organization.
    """
    number = number_of(rows.model.prefix, public)  # type: ignore[attr-defined]
    row = None if number is None else rows.filter(pk=number).first()
    if row is None:
        raise NotFound
    return row


_ACTORS = {"person": "usr", "key": "key", "consumer": "con"}


def actor_id(actor: str) -> str:
    """The log's word for somebody as a public id: `person:7` is usr_…; `system` stays."""
    kind, _, number = actor.partition(":")
    return public_id(_ACTORS[kind], int(number)) if kind in _ACTORS and number.isdigit() else kind


def numbered(prefix: str, public: str) -> int | None:
    """A filter's public id as a row's number: None where none is given, 0 (nobody's) where it is none."""
    return (number_of(prefix, public) or 0) if public else None


def listed(
    rows: QuerySet[Any],
    show: Callable[[Any], Item],
    *,
    limit: int,
    cursor: str,
    sorts: Mapping[str, Sequence[str]] | None = None,
    sort: str | None = None,
) -> Listed[Item]:
    """One page, the newest first unless told otherwise; `show` makes the shape of one row."""
    page = paginate(
        rows,
        sorts=sorts or {"id": []},
        sort=sort,
        limit=limit,
        cursor=cursor or None,
        default="" if sorts else "-id",
    )
    return Listed(items=[show(row) for row in page.items], next_cursor=page.next_cursor)


def file_of(*types: str) -> dict[str, Any]:
    """`openapi_extra=` of a route that answers with a file: `file_of("text/csv")`."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in types}
    return {"responses": {200: {"content": content}}}
