"""Escalated accounts: who needs a person, who has taken them, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.doors import refusals_on
from forbear.staff.permissions import Permission
from forbear.web.formats import NOTHING, ago
from forbear.web.htmx import next_page
from forbear.web.pagination import page_of
from forbear.web.parts import Figure
from forbear.web.wire import found

from . import actions, queries
from .forms import EscalateForm, EscalationFilter, ResolveForm
from .models import Escalation
from .states import UNRESOLVED

SORTS = {"waiting": ["escalated_at"]}
WHAT = {"": "unresolved", "all": ""}


@staff_page(Permission.CASES_READ)
def escalations(request: StaffRequest) -> HttpResponse:
    """Whoever waits longest stands first."""
    at = clock.now()
    sieve = EscalationFilter(request.GET)
    asked = sieve.cleaned_data if sieve.is_valid() else {}
    show = asked.get("status", "")
    rows = queries.escalations(request.organization, words=asked.get("q", ""), status=WHAT.get(show, show))
    page = page_of(request, rows, sorts=SORTS, default="waiting")
    talks = queries.talks(request.organization, [row.account_id for row in page.items])
    context = {
        "sieve": sieve,
        "page": page,
        "rows": [(row, talks.get(row.account_id), queries.is_high(row, at)) for row in page.items],
        "names": queries.names_of([row.taken_by for row in page.items]),
        "figures": _figures(queries.waiting(request.organization, at=at), at),
        "asked": any(asked.values()),
        "at": at,
    }
    return render(request, "cases/escalations.html", context)


def _figures(waiting: queries.Waiting, at: Any) -> list[Figure]:
    oldest = ago(waiting.since, at) if waiting.since else NOTHING
    return [
        Figure(label="Pending Cases", figure=f"{waiting.pending:,}", note="not resolved yet"),
        Figure(label="High Priority", figure=f"{waiting.high:,}", note="waiting for a day, or a legal matter"),
        Figure(label="Taken", figure=f"{waiting.taken:,}", note="a colleague is at it"),
        Figure(label="Longest waiting", figure=oldest),
    ]


def _case(request: StaffRequest, public: str) -> Escalation:
    return found(Escalation.objects.of(request.organization).select_related("account__consumer"), public)


@require_POST
@staff_page(Permission.CASES_WRITE)
def take(request: StaffRequest, escalation_id: str) -> HttpResponse:
    """It is mine, and its account opens."""
    row = _case(request, escalation_id)
    try:
        actions.take(escalation=row, actor=request.user.actor, at=clock.now())
        messages.success(request, f"The case of {row.account.consumer} is yours.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("escalations")
    return redirect("account", row.account.public_id)


@require_POST
@staff_page(Permission.CASES_WRITE)
def release(request: StaffRequest, escalation_id: str) -> HttpResponse:
    """Back into the queue."""
    row = _case(request, escalation_id)
    try:
        actions.release(escalation=row, actor=request.user.actor, at=clock.now())
        messages.success(request, f"The case of {row.account.consumer} waits for a colleague again.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect(next_page(request, reverse("escalations")))


@staff_page(Permission.CASES_WRITE)
def resolve(request: StaffRequest, escalation_id: str) -> HttpResponse:
    """What came of it, and whether automation goes on."""
    row = _case(request, escalation_id)
    form = ResolveForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form, Refusal):
            actions.resolve(escalation=row, **form.cleaned_data, actor=request.user.actor, at=clock.now())
            messages.success(request, f"The case of {row.account.consumer} is resolved.")
            return redirect("escalations")
    names = queries.names_of([row.taken_by])
    context = {"case": row, "form": form, "is_open": row.status in UNRESOLVED, "taken_by": names.get(row.taken_by, "")}
    return render(request, "cases/resolve.html", context, status=422 if form.errors else 200)


@staff_page(Permission.CASES_WRITE)
def escalate(request: StaffRequest, public: str) -> HttpResponse:
    """Hand one account to a person."""
    one = found(Account.objects.of(request.organization).select_related("consumer"), public)
    form = EscalateForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form, Refusal):
            actions.escalate(account=one, **form.cleaned_data, actor=request.user.actor, at=clock.now())
            messages.success(request, f"{one.consumer} waits for a colleague; automation has stopped.")
            return redirect("account", public)
    context = {"account": one, "form": form, "title": "Escalate"}
    return render(request, "cases/account_form.html", context, status=422 if form.errors else 200)
