"""Pages of the consent room: opt-outs and holds, below Compliance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.core.refusal import NotFound, Refusal
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.doors import refusals_on
from forbear.staff.permissions import Permission
from forbear.web.formats import plural
from forbear.web.pagination import page_of
from forbear.web.wire import found

from . import actions, bulk, downloads, lifting, queries
from .forms import CloseForm, HoldFilter, LiftForm, OptOutFilter, OptOutsForm
from .models import Hold, OptOut
from .states import LiftStatus, OptOutChannel, OptOutSource

STANDING = {"": True, "asked": True, "lifted": False, "closed": False, "all": None}
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


@staff_page(Permission.CONSENT_READ)
def opt_outs_file(request: StaffRequest) -> HttpResponseBase:
    """What the filter shows, as CSV."""
    sieve = OptOutFilter(request.GET)
    asked = sieve.cleaned_data if sieve.is_valid() else {}
    return downloads.csv_of(_rows(request, asked))


def _rows(request: StaffRequest, asked: Mapping[str, str]) -> QuerySet[OptOut]:
    rows = queries.opt_outs(
        request.organization,
        words=asked.get("q", ""),
        channel=asked.get("channel", ""),
        standing=STANDING[asked.get("show", "")],
    )
    return rows.filter(lifts__status=LiftStatus.ASKED) if asked.get("show") == "asked" else rows


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
    rows = _rows(request, asked)
    waiting = OptOut.objects.of(request.organization).filter(lifts__status=LiftStatus.ASKED)
    page = page_of(request, rows, sorts=OPT_OUT_SORTS, default="-recorded", count=True)
    names = queries.names_of(row.consumer_id for row in page.items)
    listed = [(row, names.get(row.consumer_id or 0, "")) for row in page.items]
    return {
        "sieve": sieve,
        "page": page,
        "rows": listed,
        "asked": any(asked.values()),
        "lifts": waiting.count(),
        "downloads": [("CSV", f"{reverse('opt_outs_file')}?{request.GET.urlencode()}")],
    }


@staff_page(Permission.CONSENT_LIFT)
def lift(request: StaffRequest, opt_out: str) -> HttpResponse:
    """Ask to open a channel again, with the evidence; whoever comes second confirms."""
    row = found(OptOut.objects.of(request.organization), opt_out)
    form = LiftForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form, Refusal):
            asked = {**form.cleaned_data, "file": _evidence(form)}
            lifting.ask_lift(opt_out=row, **asked, actor=request.user.actor, at=clock.now())
            messages.success(request, "Asked. The opt-out stands until a second person has confirmed.")
            return redirect("lift_opt_out", opt_out)
    return _lift_page(request, row, form)


def _evidence(form: LiftForm) -> lifting.EvidenceFile | None:
    file = form.cleaned_data["file"]
    return lifting.EvidenceFile(file.name, file.read()) if file else None


def _lift_page(request: StaffRequest, row: OptOut, form: LiftForm) -> HttpResponse:
    asked = lifting.asked_lift(row)
    context = {
        "opt_out": row,
        "name": queries.names_of([row.consumer_id]).get(row.consumer_id or 0, ""),
        "form": form,
        "asked": asked,
        "asked_by": lifting.asker_of(asked) if asked else "",
        "is_mine": asked is not None and lifting.behind(asked.asked_by) == request.user.actor,
        "is_alone": lifting.is_alone(request.organization),
        "only_one": lifting.ONLY_ONE,
        "close_form": CloseForm(),
    }
    return render(request, "consent/lift.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Permission.CONSENT_LIFT)
def confirm_lift(request: StaffRequest, opt_out: str) -> HttpResponse:
    """The second person has looked at the evidence."""
    row = found(OptOut.objects.of(request.organization), opt_out)
    try:
        lifting.confirm_lift(opt_out=row, actor=request.user.actor, at=clock.now())
        messages.success(request, "Lifted. The channel is open again.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("lift_opt_out", opt_out)
    return redirect("opt_outs")


@require_POST
@staff_page(Permission.CONSENT_LIFT)
def decline_lift(request: StaffRequest, opt_out: str) -> HttpResponse:
    """The opt-out stands."""
    row = found(OptOut.objects.of(request.organization), opt_out)
    try:
        lifting.decline_lift(
            opt_out=row, reason=request.POST.get("reason", ""), actor=request.user.actor, at=clock.now()
        )
        messages.success(request, "The opt-out stands.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("lift_opt_out", opt_out)


@staff_page(Permission.CONSENT_LIFT)
def lift_file(request: StaffRequest, opt_out: str) -> HttpResponse:
    """The file of evidence, as a download. Raises NotFound."""
    asked = lifting.asked_lift(found(OptOut.objects.of(request.organization), opt_out))
    if asked is None or asked.file is None:
        raise NotFound
    answer = HttpResponse(bytes(asked.file), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, asked.file_name) or "attachment"
    return answer


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
