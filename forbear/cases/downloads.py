"""Disputes as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from forbear.web.exports import csv_response

from .models import Dispute

HEADER = (
    "dispute", "account", "number", "first_name", "last_name", "status", "reason", "source", "opened_at", "closed_at",
    "resolution",
)  # fmt: skip


def disputes_file(rows: QuerySet[Dispute]) -> StreamingHttpResponse:
    """The rows of a view, the oldest first."""
    return csv_response("disputes.csv", HEADER, _lines(rows.order_by("pk")))


def _lines(rows: QuerySet[Dispute]) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        account, number = (row.account.public_id, row.account.number) if row.account else ("", "")
        whose = (account, number, row.consumer.first_name, row.consumer.last_name)
        yield row.public_id, *whose, row.status, row.reason, row.source, row.opened_at, row.closed_at, row.resolution
