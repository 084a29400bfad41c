"""`/v1/imports`: a file or accounts as JSON, what has become of them, the rows left out, the way back."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

from django.http import StreamingHttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import File, Form, UploadedFile
from ninja.errors import ValidationError
from pydantic import BaseModel
from pydantic import ValidationError as WrongShape

from forbear.consent.states import OptOutChannel
from forbear.core import clock
from forbear.core.refusal import Invalid
from forbear.web.exports import csv_response
from forbear.web.routes import Asked, Router, needs, reads_body
from forbear.web.wire import Cursor, Limit, Listed, file_of, found, listed

from . import actions, queries, registry, requests, uploads
from .models import Import
from .schemas import FileGiven, ImportGiven, ImportShown, RegistryShown, UndoneShown, body_schema

router = Router("imports", reads="accounts:read", writes="accounts:write")
Shape = TypeVar("Shape", bound=BaseModel)


@router.post("/imports", response={202: ImportShown}, openapi_extra=body_schema())
@reads_body
def create_import(request: Asked) -> ImportShown:
    """Bring contacts in, from a CSV or XLSX file or as JSON; a worker does it and `GET` tells how far it is."""
    batch, dry_run = _from_json(request) if request.content_type == "application/json" else _from_form(request)
    return ImportShown.of(actions.queue_import(batch=batch, dry_run=dry_run, at=clock.now()))


@router.post("/opt-outs/file", response=RegistryShown)
@needs("consent:write")
def opt_out_file(
    request: Asked,
    file: File[UploadedFile],
    channel: Form[OptOutChannel] = OptOutChannel.ALL,
    notes: Annotated[str, Form(max_length=2000)] = "",
) -> RegistryShown:
    """Numbers and addresses to be left alone, from a CSV or XLSX file of at most 100,000 rows: they bind at once; the
    cells that cannot be used are named by row and column."""
    kept, _ = uploads.keep(file, file.name or "file", request.auth.organization.pk)
    try:
        done = registry.record_file(
            organization=request.auth.organization,
            path=uploads.path_of(kept),
            filename=file.name or "file",
            channel=channel,
            notes=notes,
            actor=request.auth.actor,
            at=clock.now(),
        )
    finally:
        uploads.discard(kept)
    return RegistryShown.of(done)


@router.get("/imports", response=Listed[ImportShown])
def list_imports(request: Asked, limit: Limit = 50, cursor: Cursor = "") -> Listed[ImportShown]:
    """Imports, the newest first."""
    rows = Import.objects.of(request.auth.organization).select_related("contact_list")
    return listed(rows, ImportShown.of, limit=limit, cursor=cursor)


@router.get("/imports/{import_id}", response=ImportShown)
def read_import(request: Asked, import_id: str) -> ImportShown:
    """How far it is, or what became of its rows."""
    return ImportShown.of(_import(request, import_id))


@router.get("/imports/{import_id}/errors.csv", openapi_extra=file_of("text/csv"))
def read_errors(request: Asked, import_id: str) -> StreamingHttpResponse:
    """The rows that were left out: row, column, value, reason."""
    batch = _import(request, import_id)
    return csv_response("errors.csv", ("row", "column", "value", "reason"), queries.row_errors(batch))


@router.post("/imports/{import_id}/undo", response=UndoneShown)
def undo_import(request: Asked, import_id: str) -> UndoneShown:
    """Take it back; accounts that were used or changed since are kept and counted."""
    batch = _import(request, import_id)
    undone = actions.undo_import(batch=batch, actor=request.auth.actor, at=clock.now())
    return UndoneShown(id=batch.public_id, status=batch.status, **undone.as_counts())


def _from_json(request: Asked) -> tuple[Import, bool]:
    given = _shaped(ImportGiven, _json(request.body))
    accounts = [row.model_dump(exclude_none=True) for row in given.accounts]
    file, mapping = requests.written_down(accounts)
    batch = actions.begin_import(
        organization=request.auth.organization,
        file=file,
        filename=requests.FILENAME,
        mapping=mapping,
        dry_run=given.dry_run,
        from_request=True,
        actor=request.auth.actor,
        at=clock.now(),
        provenance=given.provenance or request.auth.organization.numbers_from,
        **given.model_dump(include={"list_name", "creditor"}),
    )
    return batch, given.dry_run


def _from_form(request: Asked) -> tuple[Import, bool]:
    try:
        file = request.FILES.get("file")
    except (MultiPartParserError, UnicodeError) as wrong:
        raise Invalid("This is no multipart form that can be read.", fields={"body": "Not readable."}) from wrong
    others = {name: "There is no such field." for name in request.FILES if name != "file"}
    if file is None or others:
        fields = others or {"file": "Send a CSV or XLSX file, or accounts as JSON."}
        raise Invalid(next(iter(fields.values())), fields=fields)
    given = _shaped(FileGiven, request.POST.dict())
    dry_run = given.dry_run == "true"
    batch = actions.begin_import(
        organization=request.auth.organization,
        file=file,
        filename=file.name or "file",
        mapping=_mapping(given.mapping),
        dry_run=dry_run,
        actor=request.auth.actor,
        at=clock.now(),
        **given.model_dump(include={"list_name", "creditor", "provenance"}),
    )
    return batch, dry_run


def _mapping(text: str) -> dict[str, str | None]:
    mapping = _json(text.encode())
    if not isinstance(mapping, dict) or any(not isinstance(word, str | None) for word in mapping.values()):
        say = "Write the mapping as a JSON object {column: field}."
        raise Invalid(say, fields={"mapping": say})
    return mapping


def _json(body: bytes) -> Any:
    try:
        text = body.decode()
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as wrong:
        raise Invalid("This is no JSON in UTF-8.", fields={"body": "This is no JSON in UTF-8."}) from wrong
    if "\\u0000" in text:
        raise Invalid("This holds characters that cannot be kept.")
    return value


def _shaped(shape: type[Shape], value: Any) -> Shape:
    try:
        return shape.model_validate(value)
    except WrongShape as wrong:
        errors = [{**error, "loc": ("body", "given", *error["loc"])} for error in wrong.errors(include_context=False)]
        raise ValidationError(errors) from wrong


def _import(request: Asked, public: str) -> Import:
    rows = Import.objects.of(request.auth.organization).select_related("contact_list")
    return found(rows, public)
