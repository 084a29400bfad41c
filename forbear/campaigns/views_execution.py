"""Execution: what the engine has in line, what it did today, and its switches."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.dispatch.actions import pause_engine, resume_engine
from forbear.dispatch.models import QueueItem
from forbear.dispatch.states import ItemStatus
from forbear.dispatch.taking_out import cancel_item
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.actions import update_organization
from forbear.staff.doors import show_once, shown_once
from forbear.staff.models import Organization
from forbear.staff.permissions import Permission, permissions_of
from forbear.web.fields import Options
from forbear.web.pagination import page_of
from forbear.web.templatetags.forbear import CHANNELS
from forbear.web.wire import found, numbered

from . import actions, execution
from .asking import Question
from .models import Campaign

UNCHANGED = 204
SORTS = {"newest": ["id"], "scheduled": ["scheduled_for", "id"]}
QUESTIONS = {
    "pause": Question(
        "Pause the engine?",
        "Nothing leaves any more, and the queue is kept: no planned contact is cancelled.",
        "Pause the engine",
        "Keep it running",
        "The engine is paused. Nothing leaves, and the queue is kept.",
        "What is being handed over at this moment finishes. Replies are still read.",
    ),
    "resume": Question(
        "Resume the engine?",
        "What is due leaves from now on, as the rules allow.",
        "Resume the engine",
        "Leave it paused",
        "The engine runs again.",
    ),
}
SWITCHES = {"pause": pause_engine, "resume": resume_engine}


class QueueFilter(forms.Form):
    """Above the queue."""

    status = forms.ChoiceField(
        label="Status",
        required=False,
        widget=Options,
        choices=[("", "Any status"), *((word.value, word.value.capitalize()) for word in ItemStatus)],
    )
    campaign = forms.ChoiceField(label="Campaign", required=False, widget=Options)
    channel = forms.ChoiceField(
        label="Channel",
        required=False,
        widget=Options,
        choices=[("", "Any channel"), *((word, title) for word, title in CHANNELS.items() if word != "call")],
    )

    def __init__(self, *args: Any, organization: Organization, **also: Any) -> None:
        super().__init__(*args, **also)
        self.fields["campaign"].choices = [("", "Any campaign"), *execution.offered(organization)]  # type: ignore[attr-defined]


@staff_page(Permission.CAMPAIGNS_READ)
def page(request: StaffRequest) -> HttpResponse:
    """The figures, the queue, the switches; a campaign can be enqueued from here."""
    may = permissions_of(request.user.role)
    form = QueueFilter(request.GET, organization=request.organization)
    may_run = Permission.CAMPAIGNS_RUN in may
    context = {
        "form": form,
        "may_run": may_run,
        "may_switch": Permission.SETTINGS_WRITE in may,
        "may_see_limits": Permission.SETTINGS_READ in may,
        "questions": QUESTIONS,
        "running": execution.running(request.organization) if may_run else [],
        "answer": execution.Told.of(shown_once(request, "enqueued")),
        **_queue(request, form),
        **_state(request, patient=False),
    }
    return render(request, "campaigns/execution.html", context)


@staff_page(Permission.CAMPAIGNS_READ)
def state(request: StaffRequest) -> HttpResponse:
    """What the page asks for again and again; 204 while nothing has changed."""
    form = QueueFilter(request.GET, organization=request.organization)
    may = permissions_of(request.user.role)
    shown = _state(request, patient=True) | _queue(request, form)
    token = _token(shown)
    if token == request.GET.get("seen"):
        return HttpResponse(status=UNCHANGED)
    context = {"may_run": Permission.CAMPAIGNS_RUN in may, "live": True, **shown, "token": token}
    return render(request, "campaigns/_execution.html", context)


def _state(request: StaffRequest, *, patient: bool) -> dict[str, Any]:
    organization = request.organization
    figures = execution.figures_of(organization, at=clock.now(), patient=patient)
    return {
        "organization": organization,
        "figures": execution.strip_of(figures, paused=organization.engine_paused),
        "counted": figures is not None,
    }


def _queue(request: StaffRequest, form: QueueFilter) -> dict[str, Any]:
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = execution.queue(
        request.organization,
        status=wanted.get("status", ""),
        channel=wanted.get("channel", ""),
        campaign_id=numbered(Campaign.prefix, wanted.get("campaign", "")),
    )
    page = page_of(request, rows, sorts=SORTS, default="-newest", read=execution.first_of)
    asked = request.GET.copy()
    asked.pop("seen", None)
    shown = {"page": page, "rows": execution.rows_of(page.items), "asked": asked.urlencode()}
    return shown | {"filtered": any(wanted.values()), "token": ""}


def _token(shown: dict[str, Any]) -> str:
    """Another word as soon as anything shown has changed."""
    rows = [
        (row.item.pk, row.item.status, row.item.scheduled_for, row.item.deferrals, row.say) for row in shown["rows"]
    ]
    text = repr((rows, shown["figures"], shown["organization"].engine_paused))
    return blake2b(text.encode(), digest_size=6).hexdigest()


@staff_page(Permission.CAMPAIGNS_RUN)
def switch(request: StaffRequest, verb: str) -> HttpResponse:
    """GET asks once more, POST pauses the engine or lets it go on."""
    question = QUESTIONS[verb]
    if request.method != "POST":
        return render(request, "campaigns/ask_engine.html", {"question": question})
    SWITCHES[verb](organization=request.organization, actor=request.user.actor, at=clock.now())
    messages.success(request, question.done)
    return redirect("execution")


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def auto_enqueue(request: StaffRequest) -> HttpResponse:
    """Whether each cycle of the scheduler plans the active campaigns by itself."""
    wanted = request.POST.get("on") == "yes"
    update_organization(
        organization=request.organization,
        changes={"auto_enqueue": wanted},
        actor=request.user.actor,
        at=clock.now(),
    )
    messages.success(
        request, "Active campaigns are enqueued by themselves." if wanted else "Campaigns are enqueued by hand only."
    )
    return redirect("execution")


@require_POST
@staff_page(Permission.CAMPAIGNS_RUN)
def enqueue(request: StaffRequest) -> HttpResponse:
    """Enqueue one campaign, or all that are active."""
    organization, by = request.organization, {"actor": request.user.actor, "at": clock.now()}
    public = request.POST.get("campaign", "")
    try:
        if public:
            one = found(Campaign.objects.of(organization), public)
            kept = execution.kept_of(one.name, actions.enqueue(campaign=one, **by))
        else:
            kept = execution.kept_of("All active campaigns", actions.enqueue_all(organization=organization, **by))
        show_once(request, "enqueued", kept)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("execution")


@staff_page(Permission.CAMPAIGNS_RUN)
def cancel(request: StaffRequest, queue_item_id: str) -> HttpResponse:
    """GET asks once more, POST takes one waiting contact out of the queue; of any other its page tells."""
    rows = QueueItem.objects.of(request.organization).select_related("consumer", "account")
    item = found(rows, queue_item_id)
    if request.method != "POST" and item.status == ItemStatus.PENDING:
        return render(request, "campaigns/ask_cancel.html", {"row": execution.rows_of([item])[0]})
    if request.method != "POST":
        return redirect("decision", queue_item_id)
    try:
        cancel_item(item=item, actor=request.user.actor, at=clock.now())
        messages.success(request, "The contact was cancelled.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("execution")
