"""`/v1/compliance`: entries as a list and as files, their proofs, the signed checkpoint and the keys."""

from __future__ import annotations

from typing import Annotated

from django.http import StreamingHttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.web.pagination import paginate
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Day, Limit, Listed, file_of

from . import downloads, keys, proofs, queries, vault
from .retention import entry_with
from .schemas import CheckpointShown, ConsistencyShown, EntryShown, KeyShown, ProofShown
from .words import names_of

router = Router("compliance", reads="log:read")
Id = Annotated[str, Field(max_length=60)]


class Filters(BaseModel):
    """Which entries are wanted; days are the organization's, both included."""

    event: Annotated[str, Field(max_length=80)] = ""
    user: Id = ""
    account: Id = ""
    campaign: Id = ""
    consumer: Id = ""
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
    names, personal = names_of(page.items), vault.personal_of(page.items)
    items = [EntryShown.of(queries.line_of(entry, names, personal)) for entry in page.items]
    return Listed(items=items, next_cursor=page.next_cursor)


@router.get("/compliance/entries.csv", openapi_extra=file_of("text/csv"))
def download_csv(request: Asked, filters: Query[Filters]) -> StreamingHttpResponse:
    """The same entries as a file, the oldest first."""
    return downloads.csv_of(queries.entries(request.auth.organization, filters.asked()))


@router.get("/compliance/entries.jsonl", openapi_extra=file_of("application/x-ndjson"))
def download_jsonl(request: Asked, filters: Query[Filters]) -> StreamingHttpResponse:
    """One JSON object a line, the oldest first."""
    return downloads.jsonl_of(queries.entries(request.auth.organization, filters.asked()))


@router.get("/compliance/entries/{entry_id}/proof", response=ProofShown)
def prove_entry(request: Asked, entry_id: str) -> ProofShown:
    """That the entry is in the log, for somebody who has only the public key. Hashes are base64."""
    organization = request.auth.organization
    entry = entry_with(organization.pk, number_of("ent", entry_id) or 0)
    if entry is None:
        raise NotFound
    return ProofShown.of(proofs.proof_of(organization, entry))


@router.get("/compliance/checkpoint", response=CheckpointShown)
def read_checkpoint(request: Asked) -> CheckpointShown:
    """What the log says of itself now, as a signed note. Kept elsewhere, it finds a log that was cut or forked."""
    return CheckpointShown.of(proofs.newest_seal(request.auth.organization))


class Sizes(BaseModel):
    """Two sizes of the log that were checkpoints; those of the first and of the newest one unless told."""

    old: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    new: Annotated[int, Field(ge=1, lt=2**63)] | None = None


@router.get("/compliance/consistency", response=ConsistencyShown)
def prove_consistency(request: Asked, sizes: Query[Sizes]) -> ConsistencyShown:
    """That the log of the newer checkpoint begins with that of the older one."""
    return ConsistencyShown.of(proofs.consistency_of(request.auth.organization, old=sizes.old, new=sizes.new))


@router.get("/compliance/keys", response=Listed[KeyShown])
def list_keys(request: Asked) -> Listed[KeyShown]:
    """The public keys of this installation's logs, the newest first. Each was announced by the one before it."""
    rows = keys.known()
    return Listed(items=[KeyShown.of(row, active=row == rows[-1]) for row in reversed(rows)], next_cursor=None)
