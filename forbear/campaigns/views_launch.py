"""Before the launch: who gets it, who is held, who is left out; and every verb of a campaign's buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from forbear.core import clock
from forbear.core.refusal import Forbidden, Invalid
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.doors import show_once
from forbear.staff.permissions import Permission, permissions_of
from forbear.web.formats import plural, when
from forbear.web.parts import Pair
from forbear.web.wire import found

from . import actions, execution
from .asking import QUESTIONS, SCHEDULE, SEND, counted
from .models import Campaign
from .preview import launch_preview
from .problems import problems_in
from .refusals import NotReady
from .standing import Part
from .states import Kind, Status


class UnknownMoment(Invalid):
    """Write the moment as a date and a time with its zone."""


def campaign_of(request: StaffRequest, public: str) -> Campaign:
    """The organization's campaign, with what its pages show. Raises NotFound."""
    rows = Campaign.objects.of(request.organization).select_related(
        "organization", "template__current", "contact_list", "sender", "strategy_version__strategy"
    )
    return found(rows, public)


def asked_moment(text: str) -> datetime | None:
    """`?at=` of a review; None for now. Raises UnknownMoment."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise UnknownMoment
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise UnknownMoment from wrong


@staff_page(Permission.CAMPAIGNS_READ)
def review(request: StaffRequest, public: str) -> HttpResponse:
    """The counts, the samples and the last question before anything leaves."""
    campaign = campaign_of(request, public)
    if campaign.status != Status.DRAFT or campaign.kind != Kind.BROADCAST:
        return redirect("campaign", public)
    asked = asked_moment(request.GET.get("at", ""))
    launch_at = asked or campaign.launch_at
    verb = "schedule" if asked else "launch"
    context = {
        "campaign": campaign,
        "launch_at": launch_at,
        "launch_url": reverse("campaign_act", args=[public, verb]) if asked == launch_at else "",
        "verb": SCHEDULE if asked else SEND,
        "pairs": _in_short(campaign, launch_at),
        **(_counted(campaign, launch_at) if "counted" in request.GET else {}),
    }
    return render(request, "campaigns/review.html", context)


def _in_short(campaign: Campaign, launch_at: datetime | None) -> list[Pair]:
    zone = campaign.time_zone.rpartition("/")[2].replace("_", " ")
    leaves = f"{when(launch_at.astimezone(ZoneInfo(campaign.time_zone)))}, {zone}" if launch_at else "now"
    return [
        Pair(label="Contact list", value=campaign.contact_list.name if campaign.contact_list else ""),
        Pair(label="Follows the list", value="yes" if campaign.follow_list else "no"),
        Pair(label="Message", value=campaign.template.name if campaign.template else ""),
        Pair(label="Sender", value=str(campaign.sender or "the organization's first number")),
        Pair(label="Leaves", value=leaves),
        Pair(label="Last day", value=f"{campaign.end_date:%a} {campaign.end_date.day} {campaign.end_date:%b %Y}"),
    ]


def _counted(campaign: Campaign, launch_at: datetime | None) -> dict[str, Any]:
    """Everybody judged as at the launch; held ones by the moment they open, the left out by reason."""
    preview = launch_preview(campaign, at=launch_at or clock.now())
    whole = max(preview.counted, 1)
    parts = (("", preview.leave_now), ("wait", preview.held_total), ("stop", preview.excluded_total))
    return {
        "preview": preview,
        "parts": [Part(tone, 100 * count / whole) for tone, count in parts],
        "held": sorted(preview.held.items()),
        "excluded": [(why, preview.sentences[why], count) for why, count in preview.excluded.most_common()],
    }


@staff_page(Permission.CAMPAIGNS_READ)
def preview(request: StaffRequest, public: str) -> HttpResponse:
    """The counted part of the review; everybody is judged, so it comes after the page."""
    campaign = campaign_of(request, public)
    launch_at = asked_moment(request.GET.get("at", ""))
    context = {"campaign": campaign, "launch_at": launch_at, **_counted(campaign, launch_at)}
    return render(request, "campaigns/_preview.html", context)


@staff_page(Permission.CAMPAIGNS_READ)
def act(request: StaffRequest, public: str, verb: str) -> HttpResponse:
    """GET asks once more, POST does it. The second of two who launch at once gets a 409 with one sentence."""
    campaign, question = campaign_of(request, public), QUESTIONS[verb]
    if question.needs not in permissions_of(request.user.role):
        raise Forbidden
    if request.method != "POST":
        return _ask(request, campaign, verb)
    try:
        answer = VERBS[verb](campaign, request, actor=request.user.actor, at=clock.now())
    except NotReady as refused:
        if campaign.kind == Kind.BROADCAST:
            raise
        return _ask(request, campaign, verb, refused=refused.fields or {"": refused.sentence})
    if verb != "enqueue" or campaign.kind == Kind.BROADCAST:
        messages.success(request, question.done.format(name=campaign.name, answer=answer))
    target = answer.public_id if isinstance(answer, Campaign) and verb == "duplicate" else public
    return redirect(question.goes_to, *([target] if question.goes_to == "campaign" else []))


def _ask(
    request: StaffRequest, campaign: Campaign, verb: str, refused: Mapping[str, str] | None = None
) -> HttpResponse:
    """The question with its counts; after a refusal with every problem and where it is mended."""
    context = {
        "campaign": campaign,
        "question": QUESTIONS[verb],
        "counted": counted(campaign, verb) if campaign.kind != Kind.BROADCAST else [],
        "problems": problems_in(campaign, refused) if refused else [],
    }
    return render(request, "campaigns/ask.html", context, status=422 if refused else 200)


def _schedule(campaign: Campaign, request: HttpRequest, *, actor: str, at: datetime) -> Any:
    launch_at = asked_moment(request.POST.get("launch_at", ""))
    if launch_at is None:
        raise UnknownMoment
    return actions.schedule_launch(campaign=campaign, launch_at=launch_at, actor=actor, at=at)


def _enqueue(campaign: Campaign, request: HttpRequest, *, actor: str, at: datetime) -> str:
    planned = actions.enqueue(campaign=campaign, actor=actor, at=at)
    if campaign.kind != Kind.BROADCAST:
        show_once(request, "enqueued", execution.kept_of(campaign.name, planned))
    return (
        f"{plural(planned.enqueued, 'message was', 'messages were')} planned, {planned.already_queued:,} waited already"
    )


def _migrate(campaign: Campaign, request: HttpRequest, *, actor: str, at: datetime) -> str:
    moved = actions.migrate_accounts(campaign=campaign, actor=actor, at=at)
    return f"{plural(moved, 'account goes', 'accounts go')} on in the newest version"


def _plainly(verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb that needs nothing but the campaign."""

    def do(campaign: Campaign, request: HttpRequest, *, actor: str, at: datetime) -> Any:
        return verb(campaign=campaign, actor=actor, at=at)

    return do


VERBS: dict[str, Callable[..., Any]] = {
    "launch": _plainly(actions.activate),
    "activate": _plainly(actions.activate),
    "duplicate": _plainly(actions.duplicate),
    "migrate": _migrate,
    "schedule": _schedule,
    "unschedule": _plainly(actions.cancel_launch),
    "pause": _plainly(actions.pause),
    "resume": _plainly(actions.resume),
    "complete": _plainly(actions.complete),
    "delete": _plainly(actions.delete),
    "enqueue": _enqueue,
}
