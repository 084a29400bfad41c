"""Documents from a file: read and looked over first, then added by one confirmation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from forbear.core import clock
from forbear.core.refusal import NotFound, Refusal
from forbear.imports.uploads import discard
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.exports import csv_response
from forbear.web.formats import plural

from . import importing
from .forms import ImportForm
from .importing import COLUMNS, Read

SHOWN_ROWS, SHOWN_FLAWS = 20, 50
SALT = "documents.import"
ERROR_COLUMNS = ("row", "column", "value", "reason")


@require_http_methods(["GET", "POST"])
@staff_page(Permission.DOCUMENTS_WRITE)
def add_documents(request: StaffRequest) -> HttpResponse:
    """A file in, and what it would become; nothing is saved yet."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"provenance": "unknown"})
    if form.is_bound and form.is_valid():
        file, provenance = form.cleaned_data["file"], form.cleaned_data["provenance"]
        name = ""
        try:
            name, _ = importing.keep(request.organization, file)
            seen = importing.read_kept(request.organization, name, file.name, provenance=provenance)
        except Refusal as refused:
            discard(name)
            form.add_error("file", refused.sentence)
        else:
            word = signing.dumps([request.organization.pk, name, file.name, provenance], salt=SALT)
            return render(request, "documents/import_look.html", _context(seen, word))
    status = 422 if form.errors else 200
    return render(request, "documents/import.html", {"form": form, "columns": COLUMNS}, status=status)


def _context(seen: Read, word: str) -> dict[str, Any]:
    return {
        "seen": seen,
        "word": word,
        "rows": seen.rows[:SHOWN_ROWS],
        "flaws": seen.flaws[:SHOWN_FLAWS],
        "rejected": seen.total - len(seen.rows),
        "with_loan": sum(row.has_loan for row in seen.rows),
    }


def _kept(request: StaffRequest) -> tuple[str, str, str]:
    """Name, filename and provenance of a file that was looked over. Raises NotFound for a word of somebody else's."""
    try:
        owner, *kept = signing.loads(request.POST.get("file", ""), salt=SALT)
    except signing.BadSignature:
        raise NotFound from None
    if owner != request.organization.pk:
        raise NotFound
    name, filename, provenance = kept
    return name, filename, provenance


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def apply(request: StaffRequest) -> HttpResponse:
    """The rows that can be saved become documents."""
    name, filename, provenance = _kept(request)
    organization = request.organization
    try:
        with importing.taken(name) as mine:
            seen = importing.read_kept(organization, mine, filename, provenance=provenance)
            importing.apply(organization=organization, rows=seen.rows, actor=request.user.actor, at=clock.now())
    except Refusal as refused:
        messages.error(request, refused.sentence)
        return redirect("documents_import")
    messages.success(request, f"{plural(len(seen.rows), 'document')} added from {filename}.")
    return redirect("documents")


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def errors_file(request: StaffRequest) -> HttpResponseBase:
    """The rows that are left out, to be corrected in the file."""
    name, filename, provenance = _kept(request)
    seen = importing.read_kept(request.organization, name, filename, provenance=provenance)
    return csv_response(f"{filename}-errors.csv", ERROR_COLUMNS, seen.flaws)
