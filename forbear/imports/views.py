"""Add Contacts in four stages (File, Columns, Look it over, Saved), and the history of imports."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forbear.core import clock
from forbear.core.refusal import Invalid, Refusal
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.permissions import Permission, permissions_of
from forbear.web.exports import csv_response
from forbear.web.htmx import is_partial
from forbear.web.pagination import page_of
from forbear.web.parts import Pair
from forbear.web.wire import found

from . import actions, queries
from .forms import ListWords, UploadForm, column_choices
from .models import Import
from .refusals import FileRefused
from .states import Status

# Up to this many rows the answer is there sooner than a worker would be.
AT_ONCE = 2_000
ERROR_COLUMNS = ("row", "column", "value", "reason")


@require_http_methods(["GET", "POST"])
@staff_page(Permission.ACCOUNTS_WRITE)
def add_contacts(request: StaffRequest) -> HttpResponse:
    """The first stage: a file, the name of its list, and where its numbers come from."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        file = words.pop("file")
        try:
            batch = actions.begin_import(
                organization=request.organization,
                file=file,
                filename=file.name,
                dry_run=True,
                actor=request.user.actor,
                at=clock.now(),
                **words,
            )
        except Refusal as refusal:
            form.add_error("file" if isinstance(refusal, FileRefused) else None, refusal.sentence)
        else:
            _start(batch, dry_run=True)
            return redirect("import", batch.public_id)
    context = {
        "form": form,
        "running": queries.running(request.organization),
        "waiting": queries.waiting(request.organization),
    }
    return render(request, "imports/add.html", context)


def _start(batch: Import, *, dry_run: bool) -> None:
    """A worker takes it; a small file is done before one would have woken."""
    at = clock.now()
    actions.queue_import(batch=batch, dry_run=dry_run, at=at)
    if batch.total <= AT_ONCE:
        actions.apply_import(import_id=batch.pk, at=at)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.ACCOUNTS_READ)
def one_import(request: StaffRequest, public: str) -> HttpResponse:
    """One file at the stage where it is: its columns, its progress, what became of it."""
    batch = _import(request, public)
    if request.method == "POST":
        holder_of(request.user).require(Permission.ACCOUNTS_WRITE)
        return _go_on(request, batch)
    if is_partial(request) and request.GET.get("part") == "progress":
        return _progress(request, batch)
    if batch.status in {Status.QUEUED, Status.RUNNING}:
        return render(request, "imports/running.html", {"batch": batch, "stage": 3 if batch.dry_run else 4})
    if batch.status == Status.FAILED:
        return render(request, "imports/failed.html", {"batch": batch, "groups": queries.error_groups(batch)})
    if batch.dry_run or batch.status == Status.UPLOADED:
        return _look_over(request, batch)
    return _saved(request, batch)


def _progress(request: HttpRequest, batch: Import) -> HttpResponse:
    """The bar alone; when the job is done, the whole page."""
    if batch.status in {Status.QUEUED, Status.RUNNING}:
        return render(request, "imports/_progress.html", {"batch": batch})
    return HttpResponse(headers={"HX-Redirect": reverse("import", args=[batch.public_id])})


def _go_on(request: StaffRequest, batch: Import) -> HttpResponse:
    """Read the columns as they are chosen now; apply only what has been looked over."""
    words = ListWords(request.POST)
    chosen = _chosen(request, batch)
    try:
        if not words.is_valid():
            raise Invalid("Choose where the numbers come from.")
        as_seen = batch.dry_run and batch.status == Status.COMPLETED and chosen == _words_of(batch)
        actions.choose_columns(
            batch=batch,
            mapping=chosen,
            list_name=words.cleaned_data["list_name"] or batch.filename[:120],
            creditor=words.cleaned_data["creditor"],
            provenance=words.cleaned_data["provenance"],
        )
        _start(batch, dry_run=not (as_seen and "apply" in request.POST))
    except Refusal as refusal:
        batch.refresh_from_db()
        return _look_over(request, batch, refusal=refusal, chosen=chosen, status=422)
    return redirect("import", batch.public_id)


def _chosen(request: StaffRequest, batch: Import) -> dict[str, str | None]:
    headers = [header for header in batch.options.get("header", ()) if header]
    return {header: request.POST[f"column-{at}"] for at, header in enumerate(headers) if f"column-{at}" in request.POST}


def _words_of(batch: Import) -> dict[str, str | None]:
    blank = {"": "custom", None: "ignored"}
    return {header: blank.get(word, word) for header, word in batch.mapping.items()}


def _look_over(
    request: StaffRequest,
    batch: Import,
    *,
    refusal: Refusal | None = None,
    chosen: dict[str, str | None] | None = None,
    status: int = 200,
) -> HttpResponse:
    try:
        preview = queries.preview(batch)
    except (Refusal, FileNotFoundError):
        return render(request, "imports/failed.html", {"batch": batch, "groups": []})
    accepted = batch.created + batch.updated + batch.unchanged
    words = _words_of(batch) | (chosen or {})
    context = {
        "batch": batch,
        "preview": preview,
        "columns": [
            (at, shown, words.get(shown.column.header, shown.word), column_choices(shown.column.header))
            for at, shown in enumerate(preview.columns)
        ],
        "refusal": refusal,
        "accepted": accepted,
        "looked_over": batch.status == Status.COMPLETED and refusal is None,
        "will": _will(batch, accepted),
        "groups": queries.error_groups(batch),
        "empty": batch.options.get("empty", []),
        "form": ListWords(
            initial={"list_name": batch.list_name, "creditor": batch.creditor_name, "provenance": batch.provenance}
        ),
        "may_write": Permission.ACCOUNTS_WRITE in permissions_of(request.user.role),
        "running": queries.running(request.organization),
    }
    return render(request, "imports/look_over.html", context, status=status)


def _will(batch: Import, accepted: int) -> list[Pair]:
    return [
        Pair(label="New accounts", value=f"{batch.created:,}"),
        Pair(label="Known, brought up to date", value=f"{batch.updated:,}"),
        Pair(label="Known, unchanged", value=f"{batch.unchanged:,}"),
        Pair(label="Accepted", value=f"{accepted:,}", total=True),
        Pair(label="Left out" + (", see below" if batch.rejected else ""), value=f"{batch.rejected:,}"),
    ]


def _saved(request: StaffRequest, batch: Import) -> HttpResponse:
    accepted = batch.created + batch.updated + batch.unchanged
    context = {
        "batch": batch,
        "accepted": accepted,
        "came": _will(batch, accepted),
        "groups": queries.error_groups(batch),
        "undone": batch.options.get("undone"),
        "may_undo": batch.status == Status.COMPLETED and Permission.ACCOUNTS_WRITE in permissions_of(request.user.role),
    }
    return render(request, "imports/saved.html", context)


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def imports(request: StaffRequest) -> HttpResponse:
    """Every file that was added, the newest first."""
    rows = queries.imports_of(request.organization)
    page = page_of(request, rows, sorts={"uploaded": ["id"], "file": ["filename"]}, default="-uploaded", count=True)
    return render(request, "imports/imports.html", {"page": page})


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def errors_file(request: StaffRequest, public: str) -> HttpResponseBase:
    """The rows that were left out, to be corrected in the file."""
    batch = _import(request, public)
    return csv_response(f"{batch.filename}-errors.csv", ERROR_COLUMNS, queries.row_errors(batch))


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def undo(request: StaffRequest, public: str) -> HttpResponse:
    """Take the import back."""
    batch = _import(request, public)
    actions.undo_import(batch=batch, actor=request.user.actor, at=clock.now())
    return redirect("import", batch.public_id)


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def discard(request: StaffRequest, public: str) -> HttpResponse:
    """Forget a file that was not applied."""
    actions.discard_import(batch=_import(request, public))
    return redirect("contact_lists")


def _import(request: StaffRequest, public: str) -> Import:
    rows = Import.objects.of(request.organization).select_related("organization", "contact_list")
    return found(rows, public)
