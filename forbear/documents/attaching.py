"""Files on documents: judged by what is in them, kept outside the database, never served from a folder."""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from datetime import datetime
from typing import Final, Protocol

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction

from forbear.compliance.actions import Draft, record

from . import events
from .locking import hold_document
from .models import Attachment, Document
from .refusals import FileRefused

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_FILES: Final = 100
KINDS: Final = "PDF, PNG, JPEG, TIFF, Word (.docx), Excel (.xlsx) and plain text"
_LONGEST_NAME = 120
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MARKS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
_TEXT = "text/plain; charset=utf-8"
TYPES: Final = (*dict.fromkeys(_MARKS.values()), *_OFFICE.values(), "text/plain")
"""Every type that a file can be found to have."""


class Uploaded(Protocol):
    """An upload of Django's."""

    name: str | None
    size: int | None

    def read(self, size: int = -1, /) -> bytes: ...


def attach(*, document: Document, file: Uploaded, actor: str, at: datetime) -> Attachment:
    """Keep a file with a document. Raises FileRefused, DocumentArchived."""
    content = _read(file)
    kind = type_of(content)
    name = _plain_name(file.name or "")
    path = storages["documents"].save(f"{document.organization_id}/{secrets.token_urlsafe(18)}", ContentFile(content))
    try:
        with transaction.atomic():
            held = hold_document(document)
            if held.attachments.filter(removed_at=None).count() >= MOST_FILES:
                raise _refused(f"A document has at most {MOST_FILES} files.")
            made = Attachment.objects.create(
                organization_id=held.organization_id,
                document=held,
                name=name,
                path=path,
                content_type=kind,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                added_at=at,
                added_by=actor,
            )
            Document.objects.filter(pk=held.pk).update(updated_at=at)
            _tell(made, events.FILE_ATTACHED, actor, at, sha256=made.sha256, size=made.size)
    except BaseException:
        storages["documents"].delete(path)
        raise
    return made


def remove(*, attachment: Attachment, actor: str, at: datetime) -> None:
    """The file goes; that it was there, and its hash, stay on record. A second time changes nothing."""
    with transaction.atomic():
        held = hold_document(attachment.document)
        if Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=at):
            Document.objects.filter(pk=held.pk).update(updated_at=at)
            _tell(attachment, events.FILE_REMOVED, actor, at, sha256=attachment.sha256)
            transaction.on_commit(lambda: storages["documents"].delete(attachment.path))


def opened(*, attachment: Attachment, actor: str, at: datetime) -> File[bytes]:
    """The file for reading; that somebody took it is kept on record."""
    file: File[bytes] = storages["documents"].open(attachment.path)
    with transaction.atomic():
        _tell(attachment, events.FILE_DOWNLOADED, actor, at)
    return file


def type_of(content: bytes) -> str:
    """By what is in it, whatever its name says. Raises FileRefused."""
    for mark, kind in _MARKS.items():
        if content.startswith(mark):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return _text_type(content)


def _office_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        names = set()
    if "[Content_Types].xml" in names and not any(name.endswith("vbaProject.bin") for name in names):
        for part, kind in _OFFICE.items():
            if part in names:
                return kind
    raise _refused(f"This kind of file is not taken; {KINDS} are.")


def _text_type(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if any((letter < " " and letter not in "\t\r\n\f") or letter == "\x7f" for letter in text):
        raise _refused(f"This kind of file is not taken; {KINDS} are.")
    return _TEXT


def _read(file: Uploaded) -> bytes:
    content = file.read(MOST_BYTES + 1) if (file.size or 0) <= MOST_BYTES else b""
    if (file.size or 0) > MOST_BYTES or len(content) > MOST_BYTES:
        raise _refused(f"A file has at most {MOST_BYTES // 2**20} MB.")
    if not content.strip():
        raise _refused("This file is empty.")
    return content


def _plain_name(name: str) -> str:
    """The last part of the name, without what a header or a file system would trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>:|?*;').strip(" .")
    head, dot, tail = plain.rpartition(".")
    if len(plain) > _LONGEST_NAME and dot and len(tail) < 10:
        plain = f"{head[: _LONGEST_NAME - len(tail) - 1]}.{tail}"
    return plain[:_LONGEST_NAME] or "file"


def _refused(why: str) -> FileRefused:
    return FileRefused(why, fields={"file": why})


def _tell(attachment: Attachment, event: str, actor: str, at: datetime, **facts: object) -> None:
    draft = Draft(
        attachment.organization_id,
        event,
        actor,
        document_id=attachment.document_id,
        facts={"file": attachment.pk, **facts},
        personal={"name": attachment.name},
    )
    record([draft], at=at)
