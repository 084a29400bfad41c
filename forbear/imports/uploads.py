"""Where uploaded files lie until their rows are saved: outside every served folder, under names of our own."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Protocol

from django.conf import settings

from .refusals import EmptyFile, FileTooBig

_BLOCK = 256 * 1024


class Readable(Protocol):
    """A binary file opened for reading, or an upload."""

    def read(self, size: int, /) -> bytes: ...


def keep(file: Readable, filename: str, organization_id: int) -> tuple[str, int]:
    """The path below UPLOADS and the size in bytes. Raises FileTooBig and EmptyFile, and then keeps nothing."""
    name = f"{organization_id}/{secrets.token_urlsafe(16)}"
    path = path_of(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = 0
    try:
        with path.open("xb") as kept:
            while block := file.read(_BLOCK):
                size += len(block)
                if size > settings.UPLOAD_LIMIT_BYTES:
                    raise FileTooBig(filename, settings.UPLOAD_LIMIT_BYTES)
                kept.write(block)
        if not size:
            raise EmptyFile(filename)
    except BaseException:
        discard(name)
        raise
    return name, size


def path_of(name: str) -> Path:
    """Where a kept file lies."""
    return Path(settings.UPLOADS) / name


def discard(name: str) -> None:
    """Its rows are saved, or never will be: what is personal does not stay about."""
    if name:
        path_of(name).unlink(missing_ok=True)
