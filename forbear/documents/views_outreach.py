"""The outreach of one document, by hand: started, changed, paused, stopped, and what the borrower asked for."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.core import clock
from forbear.core.refusal import NotFound, Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import plural
from forbear.web.wire import found

from . import forms, opting_out, outreach, queries
from .models import Document, Outreach
from .views import document_of, loan_of, page_of_document
from .views_start import drawn


@require_POST
@staff_page(Permission.CAMPAIGNS_RUN)
def start(request: StaffRequest, public: str) -> HttpResponse:
    """Start outreach; with the button beside it only the calendar is drawn anew."""
    one = document_of(request, public)
    form = forms.ChannelsForm(_posted(request), auto_id="start_%s")
    loan = loan_of(one)
    valid = form.is_valid()
    if valid and "look" not in request.POST:
        try:
            outreach.start_outreach(document=one, chosen=form.chosen(), actor=request.user.actor, at=clock.now())
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The campaign is active. The first contact leaves as soon as it may.")
            return redirect("document", public)
    if loan is None or not loan.is_behind or one.archived_at is not None:
        return page_of_document(request, one, status=422)
    more = {"may_start": True, **drawn(form, loan, at=clock.now())}
    return page_of_document(request, one, status=422 if form.errors else 200, **more)


def _posted(request: StaffRequest) -> Mapping[str, object]:
    """A list of channels whatever their number."""
    return {**request.POST.dict(), "channels": request.POST.getlist("channels")}


@require_POST
@staff_page(Permission.CAMPAIGNS_RUN)
def look(request: StaffRequest, public: str) -> HttpResponse:
    """What the form would do as it stands now: the calendar alone."""
    one = document_of(request, public)
    loan = loan_of(one)
    if loan is None:
        raise NotFound
    form = forms.ChannelsForm(_posted(request), auto_id="start_%s")
    return render(request, "documents/_foreseen.html", {"document": one, **drawn(form, loan, at=clock.now())})


@require_POST
@staff_page(Permission.CONSENT_WRITE)
def opt_out(request: StaffRequest, public: str, outreach_id: str) -> HttpResponse:
    """What the borrower asked for: it holds from this minute, for every campaign."""
    one = document_of(request, public)
    form = forms.OptOutForm(request.POST, auto_id="opt_out_%s")
    campaign = _outreach(one, outreach_id)
    if not form.is_valid():
        return page_of_document(request, one, status=422, opt_out_form=form)
    done = opting_out.record_opt_out(
        outreach=campaign,
        channel=OptOutChannel(form.cleaned_data["channel"]),
        notes=form.cleaned_data["notes"],
        source=OptOutSource.STAFF,
        actor=request.user.actor,
        at=clock.now(),
    )
    left = len(done.handed_over)
    also = f" {plural(left, 'message')} had left already." if left else ""
    messages.success(request, f"Recorded. It holds for every campaign, from now on.{also}")
    return redirect("document", public)


def _outreach(one: Document, outreach_id: str) -> Outreach:
    return found(queries.outreaches().filter(document=one), outreach_id)


@require_POST
@staff_page(Permission.CAMPAIGNS_RUN)
def pause(request: StaffRequest, public: str, outreach_id: str) -> HttpResponse:
    campaign = _outreach(document_of(request, public), outreach_id)
    reason = request.POST.get("reason", "")
    outreach.pause_outreach(outreach=campaign, reason=reason, actor=request.user.actor, at=clock.now())
    messages.success(request, "Paused: nothing leaves until you resume it.")
    return redirect("document", public)


@require_POST
@staff_page(Permission.CAMPAIGNS_RUN)
def resume(request: StaffRequest, public: str, outreach_id: str) -> HttpResponse:
    campaign = _outreach(document_of(request, public), outreach_id)
    outreach.resume_outreach(outreach=campaign, actor=request.user.actor, at=clock.now())
    messages.success(request, "It goes on where it was.")
    return redirect("document", public)


@require_POST
@staff_page(Permission.CAMPAIGNS_RUN)
def stop(request: StaffRequest, public: str, outreach_id: str) -> HttpResponse:
    campaign = _outreach(document_of(request, public), outreach_id)
    reason = request.POST.get("reason", "")
    try:
        outreach.stop_outreach(outreach=campaign, reason=reason, actor=request.user.actor, at=clock.now())
    except Refusal as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "Stopped. What had not left was cancelled.")
    return redirect("document", public)


@require_POST
@staff_page(Permission.CAMPAIGNS_RUN)
def change(request: StaffRequest, public: str, outreach_id: str) -> HttpResponse:
    """Another tone or cadence for what is still to come."""
    one = document_of(request, public)
    form = forms.ChangeForm(request.POST, auto_id="change_%s")
    campaign = _outreach(one, outreach_id)
    if form.is_valid():
        try:
            outreach.change_outreach(outreach=campaign, **form.cleaned_data, actor=request.user.actor, at=clock.now())
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Changed, for what is still to come.")
            return redirect("document", public)
    return page_of_document(request, one, status=422, change_form=form)
