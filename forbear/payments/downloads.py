"""Payments and promises as files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from forbear.core.money import exponent
from forbear.web.exports import csv_response

from .models import Payment, Promise

PAYMENTS = (
    "payment", "account", "number", "first_name", "last_name", "paid_on", "amount", "currency", "method", "reference",
    "promise", "recorded_at", "reversed_at", "reverse_reason",
)  # fmt: skip
PROMISES = (
    "promise", "account", "number", "first_name", "last_name", "amount", "currency", "modality", "due_on", "status",
    "source", "made_at", "notes",
)  # fmt: skip


def payments_file(rows: QuerySet[Payment]) -> StreamingHttpResponse:
    """The rows of a view, the oldest first."""
    return csv_response("payments.csv", PAYMENTS, _payments(rows.order_by("paid_on", "pk")))


def _payments(rows: QuerySet[Payment]) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        promise = row.promise.public_id if row.promise else ""
        kept = (row.method, row.reference, promise, row.recorded_at, row.reversed_at, row.reverse_reason)
        yield row.public_id, *_whose(row), row.paid_on, _amount(row), row.currency, *kept


def promises_file(rows: QuerySet[Promise]) -> StreamingHttpResponse:
    """The rows of a view, the oldest first."""
    return csv_response("promises.csv", PROMISES, _promises(rows.order_by("pk")))


def _promises(rows: QuerySet[Promise]) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        kept = (row.modality, row.due_on, row.status, row.source, row.made_at, row.notes)
        yield row.public_id, *_whose(row), _amount(row), row.currency, *kept


def _whose(row: Payment | Promise) -> tuple[str, str, str, str]:
    account, person = row.account, row.account.consumer
    return account.public_id, account.number, person.first_name, person.last_name


def _amount(row: Payment | Promise) -> Any:
    return round(row.amount.amount, exponent(row.currency))
