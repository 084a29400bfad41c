"""Disputes: what is disputed, how far we are, and how it ended."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.doors import refusals_on
from forbear.staff.permissions import Permission
from forbear.web.htmx import next_page
from forbear.web.pagination import page_of
from forbear.web.wire import found

from . import disputing, downloads, queries
from .forms import CloseDisputeForm, DisputeFilter, DisputeForm
from .models import Dispute
from .states import STANDING

SORTS = {"opened": [], "closed": ["closed_at"]}


@staff_page(Permission.CASES_READ)
def disputes(request: StaffRequest) -> HttpResponse:
    """While one stands, nothing is collected."""
    sieve, rows = _rows(request)
    page = page_of(request, rows, sorts=SORTS, default="-opened", count=True)
    context = {
        "sieve": sieve,
        "page": page,
        "standing": STANDING,
        "asked": any(request.GET.get(name) for name in sieve.fields),
        "downloads": [("CSV", f"{reverse('disputes_export')}?{request.GET.urlencode()}")],
    }
    return render(request, "cases/disputes.html", context)


@staff_page(Permission.CASES_READ)
def disputes_export(request: StaffRequest) -> HttpResponseBase:
    """What the filter shows, as CSV."""
    _, rows = _rows(request)
    disputing.note_export(organization=request.organization, actor=request.user.actor, at=clock.now())
    return downloads.disputes_file(rows)


def _rows(request: StaffRequest) -> tuple[DisputeFilter, QuerySet[Dispute]]:
    sieve = DisputeFilter(request.GET)
    asked = sieve.cleaned_data if sieve.is_valid() else {}
    return sieve, queries.disputes(request.organization, words=asked.get("q", ""), status=asked.get("status", ""))


@require_POST
@staff_page(Permission.CASES_WRITE)
def investigate(request: StaffRequest, dispute_id: str) -> HttpResponse:
    """Somebody looks into it."""
    row = found(Dispute.objects.of(request.organization), dispute_id)
    try:
        disputing.investigate(dispute=row, actor=request.user.actor, at=clock.now())
        messages.success(request, "Under investigation.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect(next_page(request, reverse("disputes")))


@staff_page(Permission.CASES_WRITE)
def close(request: StaffRequest, dispute_id: str) -> HttpResponse:
    """The decision, with its notes; the hold ends with it."""
    row = found(Dispute.objects.of(request.organization).select_related("consumer", "account", "hold"), dispute_id)
    form = CloseDisputeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form, Refusal):
            disputing.close_dispute(dispute=row, **form.cleaned_data, actor=request.user.actor, at=clock.now())
            messages.success(request, f"The dispute of {row.consumer} is closed.")
            return redirect("disputes")
    context = {"dispute": row, "form": form, "is_open": row.status in STANDING}
    return render(request, "cases/close.html", context, status=422 if form.errors else 200)


@staff_page(Permission.CASES_WRITE)
def dispute(request: StaffRequest, public: str) -> HttpResponse:
    """The consumer disputes this debt."""
    one = found(Account.objects.of(request.organization).select_related("consumer"), public)
    form = DisputeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form, Refusal):
            disputing.open_dispute(account=one, **form.cleaned_data, actor=request.user.actor, at=clock.now())
            messages.success(request, "The dispute is open. Nothing is collected about this account meanwhile.")
            return redirect("account", public)
    context = {"account": one, "form": form, "title": "Open a dispute"}
    return render(request, "cases/account_form.html", context, status=422 if form.errors else 200)
