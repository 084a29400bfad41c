"""Opt-outs as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from forbear.core.ids import public_id
from forbear.web.exports import csv_response

from .models import OptOut

HEADER = ("address", "consumer", "channel", "source", "at", "recorded_at", "lifted_at", "notes")


def csv_of(rows: QuerySet[OptOut]) -> StreamingHttpResponse:
    """The rows, the oldest first; an empty address is the whole person's."""
    return csv_response("opt-outs.csv", HEADER, _lines(rows.order_by("pk")))


def _lines(rows: QuerySet[OptOut]) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        consumer = public_id("con", row.consumer_id) if row.consumer_id else ""
        yield row.address, consumer, row.channel, row.source, row.at, row.recorded_at, row.lifted_at, row.notes
