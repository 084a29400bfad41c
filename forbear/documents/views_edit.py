"""Documents added and changed by hand: their words, loans, people and files."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forbear.core import clock
from forbear.core.refusal import NotFound, Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.wire import found

from . import actions, attaching, forms, lending, people
from .downloads import attachment_response
from .models import Attachment, Document, Party
from .queries import borrower_of
from .states import LoanStatus, PartyRole
from .views import document_of, loan_of, page_of_document, party_form


@require_http_methods(["GET", "POST"])
@staff_page(Permission.DOCUMENTS_WRITE)
def new(request: StaffRequest) -> HttpResponse:
    """A document, perhaps with its loan and its borrower."""
    form = forms.DocumentForm(request.POST or None, organization=request.organization)
    if form.is_bound and form.is_valid():
        try:
            made = actions.create_document(
                organization=request.organization,
                **form.document_values(),
                loan=form.new_loan(),
                borrower=form.borrower(),
                actor=request.user.actor,
                at=clock.now(),
            )
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Added.")
            return redirect("document", made.public_id)
    return render(request, "documents/edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.DOCUMENTS_WRITE)
def edit(request: StaffRequest, public: str) -> HttpResponse:
    """The document and its loan, both or neither."""
    one = document_of(request, public)
    form = forms.DocumentForm(request.POST or None, organization=request.organization, document=one)
    if form.is_bound and form.is_valid():
        try:
            _save(request, one, form)
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Saved.")
            return redirect("document", public)
    context = {"form": form, "document": one, "borrower": borrower_of(one)}
    return render(request, "documents/edit.html", context, status=422 if form.errors else 200)


def _save(request: StaffRequest, one: Document, form: forms.DocumentForm) -> None:
    by = {"actor": request.user.actor, "at": clock.now()}
    loan = loan_of(one)
    with transaction.atomic():
        actions.edit_document(document=one, changes=form.document_values(), **by)
        if loan is not None:
            lending.change_loan(loan=loan, changes=form.loan_changes(), **by)
        elif (told := form.new_loan()) is not None:
            lending.add_loan(document=one, loan=told, **by)


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def set_status(request: StaffRequest, public: str) -> HttpResponse:
    """CURRENT or BEHIND, by hand."""
    one = document_of(request, public)
    loan, form = loan_of(one), forms.ReasonForm(request.POST)
    if loan is None or request.POST.get("status") not in set(LoanStatus):
        raise NotFound
    if form.is_valid():
        changes = {"status": LoanStatus(request.POST["status"])}
        reason, actor = form.cleaned_data["reason"], request.user.actor
        lending.change_loan(loan=loan, changes=changes, reason=reason, actor=actor, at=clock.now())
        messages.success(request, f"The loan is {changes['status']}.")
    return redirect("document", public)


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def follow_due_date(request: StaffRequest, public: str) -> HttpResponse:
    """The due date decides again about a loan that was set by hand."""
    loan = loan_of(document_of(request, public))
    if loan is None:
        raise NotFound
    lending.change_loan(loan=loan, changes={"derive_status": True}, actor=request.user.actor, at=clock.now())
    messages.success(request, "From now on the due date decides.")
    return redirect("document", public)


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def archive(request: StaffRequest, public: str) -> HttpResponse:
    actions.archive_document(document=document_of(request, public), actor=request.user.actor, at=clock.now())
    messages.success(request, "Archived. Nothing of it is removed.")
    return redirect("document", public)


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def restore(request: StaffRequest, public: str) -> HttpResponse:
    actions.restore_document(document=document_of(request, public), actor=request.user.actor, at=clock.now())
    messages.success(request, "Restored.")
    return redirect("document", public)


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def add_party(request: StaffRequest, public: str) -> HttpResponse:
    """A borrower, a co-borrower, a guarantor."""
    one = document_of(request, public)
    form = party_form(request, borrower_of(one), request.POST)
    if form.is_valid():
        role, actor = PartyRole(form.cleaned_data["role"]), request.user.actor
        try:
            people.add_party(document=one, role=role, person=form.person(), actor=actor, at=clock.now())
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Added.")
            return redirect("document", public)
    return page_of_document(request, one, status=422, party_form=form, opened="people")


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def remove_party(request: StaffRequest, public: str, party_id: str) -> HttpResponse:
    rows = Party.objects.filter(document=document_of(request, public)).select_related("consumer")
    people.remove_party(party=found(rows, party_id), actor=request.user.actor, at=clock.now())
    messages.success(request, "Taken off. The person stays known.")
    return redirect("document", public)


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def attach(request: StaffRequest, public: str) -> HttpResponse:
    """A file, judged by what is in it."""
    one = document_of(request, public)
    form = forms.FileForm(request.POST, request.FILES)
    if form.is_valid():
        file, actor = form.cleaned_data["file"], request.user.actor
        try:
            attaching.attach(document=one, file=file, actor=actor, at=clock.now())
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Attached.")
            return redirect("document", public)
    return page_of_document(request, one, status=422, file_form=form)


@require_GET
@staff_page(Permission.DOCUMENTS_READ)
def download(request: StaffRequest, public: str, attachment_id: str) -> FileResponse:
    """As a download; that somebody took it is kept on record."""
    row = _attachment(request, public, attachment_id)
    return attachment_response(row, actor=request.user.actor, at=clock.now())


@require_POST
@staff_page(Permission.DOCUMENTS_WRITE)
def remove_file(request: StaffRequest, public: str, attachment_id: str) -> HttpResponse:
    row = _attachment(request, public, attachment_id)
    attaching.remove(attachment=row, actor=request.user.actor, at=clock.now())
    messages.success(request, "Removed. That it was here stays on record.")
    return redirect("document", public)


def _attachment(request: StaffRequest, public: str, attachment_id: str) -> Attachment:
    one = found(Document.objects.of(request.organization), public)
    return found(Attachment.objects.filter(document=one, removed_at=None).select_related("document"), attachment_id)
