"""`/v1/documents/{id}/attachments` and `/v1/documents/imports`: files on documents, and files full of documents."""

from __future__ import annotations

from django.http import FileResponse
from ninja import File, Form, UploadedFile

from forbear.core import clock
from forbear.web.routes import Asked
from forbear.web.wire import file_of, found

from . import attaching, importing
from .api_reading import document_of, router
from .downloads import attachment_response
from .models import Attachment, Document
from .refusals import FileRefused
from .schemas_shown import FileAnswer, FileList, FileShown, ImportShown, RowErrorShown

__all__ = ["router"]


@router.get("/documents/{document_id}/attachments", response=FileList)
def list_attachments(request: Asked, document_id: str) -> FileList:
    """The newest first."""
    rows = Attachment.objects.filter(document=document_of(request, document_id), removed_at=None).order_by("-pk")
    return FileList(attachments=[FileShown.of(row) for row in rows])


@router.post("/documents/{document_id}/attachments", response={201: FileAnswer})
def attach_file(request: Asked, document_id: str, file: File[UploadedFile | None] = None) -> FileAnswer:
    """At most 20 MB; PDF, pictures, Word, Excel or plain text, by what is in it."""
    document = document_of(request, document_id)
    if file is None:
        say = "Send a file, as multipart/form-data in the field “file”."
        raise FileRefused(say, fields={"file": say})
    made = attaching.attach(document=document, file=file, actor=request.auth.actor, at=clock.now())
    return FileAnswer(attachment=FileShown.of(made))


@router.get(
    "/documents/{document_id}/attachments/{attachment_id}",
    response=None,
    openapi_extra=file_of(*attaching.TYPES),
)
def download_file(request: Asked, document_id: str, attachment_id: str) -> FileResponse:
    """As a download."""
    row = _attachment(document_of(request, document_id), attachment_id)
    return attachment_response(row, actor=request.auth.actor, at=clock.now())


@router.delete("/documents/{document_id}/attachments/{attachment_id}", response={204: None})
def remove_file(request: Asked, document_id: str, attachment_id: str) -> None:
    """The file goes; that it was there stays on record."""
    row = _attachment(document_of(request, document_id), attachment_id)
    attaching.remove(attachment=row, actor=request.auth.actor, at=clock.now())


def _attachment(document: Document, attachment_id: str) -> Attachment:
    return found(
        Attachment.objects.filter(document=document, removed_at=None).select_related("document"), attachment_id
    )


@router.post("/documents/imports", response=ImportShown)
def import_documents(
    request: Asked, file: File[UploadedFile], provenance: Form[str] = "", dry_run: Form[bool] = False
) -> ImportShown:
    """Documents with loans and borrowers from a CSV or XLSX file; rows that are wrong are left out and told."""
    organization = request.auth.organization
    with importing.read_upload(organization, file, provenance=provenance) as sheet:
        if not dry_run:
            importing.apply(organization=organization, rows=sheet.rows, actor=request.auth.actor, at=clock.now())
    flaws = [RowErrorShown(row=f.row, column=f.column, value=f.value, reason=f.reason) for f in sheet.flaws]
    return ImportShown(
        total=sheet.total, created=len(sheet.rows), rejected=sheet.total - len(sheet.rows), errors=flaws[:1000]
    )
