"""The same outreach for many documents that are BEHIND: looked at first, then one confirmation."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.htmx import is_partial

from . import bulk, forms

FILTERS = ("q", "chattel", "bucket")


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CAMPAIGNS_RUN)
def start_many(request: StaffRequest) -> HttpResponse:
    """A dry run of the form as it stands; started only with the button below it."""
    at = clock.now()
    sieve = forms.DocumentFilter(request.GET)
    wanted = sieve.wanted()
    candidates = bulk.candidates(request.organization, at=at, q=wanted.q, chattel=wanted.chattel, bucket=wanted.bucket)
    posted = {**request.POST.dict(), "channels": request.POST.getlist("channels")}
    usual = {"channels": ["sms", "email", "call"], "tone": "empathetic", "cadence": "weekly", "notes": ""}
    form = forms.ChannelsForm(posted if request.method == "POST" else None, initial=usual, auto_id="start_%s")
    context: dict[str, Any] = {"form": form, "total": len(candidates)}
    if form.is_bound and form.is_valid():
        try:
            if "confirm" in request.POST:
                row = bulk.ask(
                    organization=request.organization,
                    documents=candidates,
                    chosen=form.chosen(),
                    actor=request.user.actor,
                    at=at,
                )
                return redirect("documents_bulk_start", row.public_id)
            context["foreseen"] = bulk.foresee(request.organization, candidates, form.chosen(), at=at)
        except Refusal as refused:
            form.refuse(refused)
    context |= {"tones": forms.TONES, "cadences": forms.CADENCES, "narrowed": _narrowed(request)}
    return render(request, "documents/bulk.html", context, status=422 if form.errors else 200)


def _narrowed(request: StaffRequest) -> list[str]:
    """By what the documents were chosen, in words."""
    titles = dict(forms.DocumentFilter.base_fields["chattel"].choices)  # type: ignore[attr-defined]
    buckets = dict(forms.DocumentFilter.base_fields["bucket"].choices)  # type: ignore[attr-defined]
    words = {"q": lambda text: f"“{text}”", "chattel": titles.get, "bucket": buckets.get}
    return [str(words[name](request.GET[name])) for name in FILTERS if request.GET.get(name)]


@require_GET
@staff_page(Permission.DOCUMENTS_READ)
def started(request: StaffRequest, bulk_id: str) -> HttpResponse:
    """How far it is; the bar asks again by itself."""
    row = bulk.asked_before(request.organization, bulk_id)
    context = {"row": row, "refused": sorted(row.refused.items(), key=lambda pair: -pair[1])}
    if is_partial(request) and row.finished_at is not None:
        return HttpResponse(headers={"HX-Redirect": reverse("documents_bulk_start", args=[row.public_id])})
    page = "documents/_bulk_progress.html" if is_partial(request) else "documents/bulk_started.html"
    return render(request, page, context)
