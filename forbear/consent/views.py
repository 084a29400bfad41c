"""Pages of the consent room: opt-outs and holds, below Compliance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.doors import refusals_on
from forbear.staff.permissions import Permission
from forbear.web.formats import plural
from forbear.web.pagination import page_of
from forbear.web.wire import found

from . import actions, bulk, queries
from .forms import CloseForm, HoldFilter, LiftForm, OptOutFilter, OptOutsForm
from .models import Hold, OptOut
from .states import OptOutChannel, OptOutSource

STANDING = {"": True, "lifted": False, "closed": False, "all": None}
OPT_OUT_SORTS = {"recorded": [], "address": ["address"]}
HOLD_SORTS = {"opened": [], "name": ["consumer__last_name"], "kind": ["kind"]}


@staff_page(Permission.CONSENT_READ)
def opt_outs(request: StaffRequest) -> HttpResponse:
    """Who does not want to be written to; the form records one or many."""
    form = OptOutsForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        holder_of(request.user).require(Permission.CONSENT_WRITE)
        if form.is_valid():
            with refusals_on(form):
                return _recorded(request, record(request, form))
    return render(request, "consent/opt_outs.html", {**_listed_opt_outs(request), "form": form})


def record(request: StaffRequest, form: OptOutsForm) -> bulk.Recorded:
    given = form.cleaned_data
    addresses = bulk.addresses_in(form.text())
    channel = OptOutChannel(given["channel"])
    return bulk.opt_out_list(
        organization=request.organization,
        wishes=[bulk.Wish(channel, address, notes=given["notes"]) for address in addresses],
        source=OptOutSource(given["source"]),
        actor=request.user.actor,
        at=clock.now(),
    )


def _recorded(request: StaffRequest, done: bulk.Recorded) -> HttpResponse:
    already = f", {done.already:,} stood already" if done.already else ""
    messages.success(request, f"{plural(done.recorded, 'opt-out')} recorded{already}.")
    if not done.rejected:
        return redirect("opt_outs")
    context = {**_listed_opt_outs(request), "form": OptOutsForm(), "rejected": done.rejected}
    return render(request, "consent/opt_outs.html", context)


def _listed_opt_outs(request: StaffRequest) -> dict[str, Any]:
    sieve = OptOutFilter(request.GET)
    asked = sieve.cleaned_data if sieve.is_valid() else {}
    rows = queries.opt_outs(
        request.organization,
        words=asked.get("q", ""),
        channel=asked.get("channel", ""),
        standing=STANDING[asked.get("show", "")],
    )
    page = page_of(request, rows, sorts=OPT_OUT_SORTS, default="-recorded", count=True)
    names = queries.names_of(row.consumer_id for row in page.items)
    listed = [(row, names.get(row.consumer_id or 0, "")) for row in page.items]
    return {"sieve": sieve, "page": page, "rows": listed, "asked": any(asked.values())}


@staff_page(Permission.CONSENT_LIFT)
def lift(request: StaffRequest, opt_out: str) -> HttpResponse:
    """Open a channel again: a manager's decision, with its evidence."""
    row = found(OptOut.objects.of(request.organization), opt_out)
    form = LiftForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form, Refusal):
            actions.lift(opt_out=row, **form.cleaned_data, actor=request.user.actor, at=clock.now())
            messages.success(request, "Lifted. The channel is open again.")
            return redirect("opt_outs")
    name = queries.names_of([row.consumer_id]).get(row.consumer_id or 0, "")
    return render(request, "consent/lift.html", {"opt_out": row, "name": name, "form": form})


@staff_page(Permission.CONSENT_READ)
def holds(request: StaffRequest) -> HttpResponse:
    """Reasons not to contact, each of its own."""
    sieve = HoldFilter(request.GET)
    asked = sieve.cleaned_data if sieve.is_valid() else {}
    rows = queries.holds(
        request.organization,
        words=asked.get("q", ""),
        kind=asked.get("kind", ""),
        standing=STANDING[asked.get("show", "")],
    )
    page = page_of(request, rows, sorts=HOLD_SORTS, default="-opened", count=True)
    context = {"sieve": sieve, "page": page, "form": CloseForm(), "asked": any(asked.values())}
    return render(request, "consent/holds.html", context)


@require_POST
@staff_page(Permission.CONSENT_WRITE)
def close_hold(request: StaffRequest, hold: str) -> HttpResponse:
    """End one hold; the others stand."""
    row, form = found(Hold.objects.of(request.organization), hold), CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why the hold ends.")
        return redirect("holds")
    try:
        actions.close_hold(hold=row, **form.cleaned_data, actor=request.user.actor, at=clock.now())
        messages.success(request, "The hold is closed.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("holds")
