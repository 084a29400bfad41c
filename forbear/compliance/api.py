"""`/v1/compliance/entries`, as a list and as files."""

from __future__ import annotations

from typing import Annotated

from django.http import StreamingHttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from forbear.web.pagination import paginate
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Day, Limit, Listed, file_of

from . import downloads, queries
from .schemas import EntryShown
from .words import names_of

router = Router("compliance", reads="log:read")
Id = Annotated[str, Field(max_length=60)]


class Filters(BaseModel):
    """Which entries are wanted; days are the organization's, both included."""

    event: Annotated[str, Field(max_length=80)] = ""
    user: Id = ""
    account: Id = ""
    campaign: Id = ""
    document: Id = ""
    message: Id = ""
    start_date: Day | None = None
    end_date: Day | None = None

    def asked(self) -> queries.Asked:
        return queries.Asked(**self.model_dump())


@router.get("/compliance/entries", response=Listed[EntryShown])
def list_entries(request: Asked, filters: Query[Filters], limit: Limit = 50, cursor: Cursor = "") -> Listed[EntryShown]:
    """The log, the newest first. `user` takes usr_…, key_…, con_… or `system`."""
    rows = queries.entries(request.auth.organization, filters.asked())
    page = paginate(rows, sorts={"id": []}, default="-id", cursor=cursor or None, limit=limit)
    names = names_of(page.items)
    items = [EntryShown.of(queries.line_of(entry, names)) for entry in page.items]
    return Listed(items=items, next_cursor=page.next_cursor)


@router.get("/compliance/entries.csv", openapi_extra=file_of("text/csv"))
def download_csv(request: Asked, filters: Query[Filters]) -> StreamingHttpResponse:
    """The same entries as a file, the oldest first."""
    return downloads.csv_of(queries.entries(request.auth.organization, filters.asked()))


@router.get("/compliance/entries.jsonl", openapi_extra=file_of("application/x-ndjson"))
def download_jsonl(request: Asked, filters: Query[Filters]) -> StreamingHttpResponse:
    """One JSON object a line, the oldest first."""
    return downloads.jsonl_of(queries.entries(request.auth.organization, filters.asked()))
