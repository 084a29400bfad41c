"""Files of documents on their way out: always as a download, never shown by the browser in our name."""

from __future__ import annotations

from datetime import datetime

from django.http import FileResponse

from .attaching import opened
from .models import Attachment


def attachment_response(row: Attachment, *, actor: str, at: datetime) -> FileResponse:
    """With `Content-Disposition: attachment` and `nosniff`, kept by nobody on the way."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    file = opened(attachment=row, actor=actor, at=at)
    return FileResponse(file, as_attachment=True, filename=row.name, content_type=row.content_type, headers=headers)
