"""The log as a file: CSV and JSONL, sent while they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from forbear.web.exports import attachment, csv_response, written

from .models import Entry
from .queries import Line, lines

HEADER = (
    *("sequence", "id", "at", "event", "user", "account", "campaign", "consumer", "document", "message"),
    *("channels", "facts", "personal"),
)


def csv_of(rows: QuerySet[Entry]) -> StreamingHttpResponse:
    return csv_response("compliance-log.csv", HEADER, (cells(line) for line in lines(rows)))


def cells(line: Line) -> list[object]:
    about = [line.subjects.get(f"{name}_id", "") for name in HEADER[5:10]]
    facts, personal = (json.dumps(told, sort_keys=True, ensure_ascii=False) for told in (line.facts, line.personal))
    return [line.sequence, line.id, line.at, line.event, line.user, *about, " ".join(line.channels), facts, personal]


def jsonl_of(rows: QuerySet[Entry]) -> StreamingHttpResponse:
    """One JSON object a line, as /v1/compliance/entries has them."""
    response = StreamingHttpResponse(json_lines(rows), content_type="application/x-ndjson")
    response["Content-Disposition"] = attachment("compliance-log.jsonl")
    return response


def json_lines(rows: QuerySet[Entry]) -> Iterator[str]:
    for line in lines(rows):
        shown = {
            "id": line.id,
            "sequence": line.sequence,
            "event": line.event,
            "user": line.user,
            "subjects": line.subjects,
            "channels": line.channels,
            "at": written(line.at),
            "facts": line.facts,
            "personal": line.personal,
        }
        yield json.dumps(shown, ensure_ascii=False) + "\n"
