"""The New Campaign view: who, what, when; with the message as a real contact would read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from forbear.accounts.models import Account, ContactList
from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.wire import found
from forbear.wording import tags
from forbear.wording.actions import create_template
from forbear.wording.models import Template
from forbear.wording.previews import Preview, preview
from forbear.wording.queries import judged, known_fields

from . import actions, views_portfolio
from .asking import SCHEDULE, SEND
from .forms import CampaignForm, initial_of
from .models import Campaign
from .states import Kind


@staff_page(Permission.CAMPAIGNS_WRITE)
def new(request: StaffRequest) -> HttpResponse:
    """An SMS to everybody on a contact list, as a draft; the review follows."""
    at = clock.now()
    first = ContactList.objects.of(request.organization).order_by("-id").first()
    initial = {"time_zone": request.organization.time_zone, "contact_list": _asked_list(request) or first}
    form = CampaignForm(request.POST or None, initial=initial, organization=request.organization, at=at)
    if request.method == "POST" and "fill" not in request.POST and form.is_valid():
        campaign = _save(request, form, None, at)
        if campaign is not None:
            return _to_review(campaign, form)
    return _page(request, form, None)


@staff_page(Permission.CAMPAIGNS_WRITE)
def edit(request: StaffRequest, public: str) -> HttpResponse:
    """A draft, scheduled or not, until it is launched."""
    at = clock.now()
    rows = Campaign.objects.of(request.organization)
    rows = rows.select_related("template__current", "contact_list", "strategy_version__strategy")
    campaign = found(rows, public)
    if campaign.kind != Kind.BROADCAST:
        return views_portfolio.edit(request, campaign)
    form = CampaignForm(request.POST or None, initial=initial_of(campaign), organization=request.organization, at=at)
    if request.method == "POST" and "fill" not in request.POST and form.is_valid():
        saved = _save(request, form, campaign, at)
        if saved is not None:
            messages.success(request, "Changed. Nothing has left yet.")
            return _to_review(saved, form)
    return _page(request, form, campaign)


def _asked_list(request: StaffRequest) -> ContactList | None:
    """The list that a link elsewhere has already chosen."""
    public = request.GET.get("list", "")
    return found(ContactList.objects.of(request.organization), public) if public else None


def _save(request: StaffRequest, form: CampaignForm, campaign: Campaign | None, at: datetime) -> Campaign | None:
    """The campaign, created or changed; None where a verb refused, with the refusal on the form."""
    given = form.cleaned_data
    actor = request.user.actor
    try:
        template = _template(request, given, at)
        values = {
            "name": given["name"],
            "template": template,
            "contact_list": given["contact_list"],
            "sender": given["sender"],
            "start_date": given["start_date"],
            "end_date": given["end_date"],
            "time_zone": given["time_zone"],
            "follow_list": given["follow_list"],
        }
        if campaign is not None:
            return actions.edit_campaign(campaign=campaign, changes=values, actor=actor, at=at)
        return actions.create_campaign(
            organization=request.organization,
            kind=Kind.BROADCAST,
            objective="",
            actor=actor,
            at=at,
            **values,
        )
    except Refusal as refused:
        _refuse(form, refused)
        return None


def _refuse(form: CampaignForm, refused: Refusal) -> None:
    """What the verb said, beside the field it is about."""
    for name, why in refused.fields.items():
        form.add_error(name if name in form.fields else None, why)
    if not refused.fields:
        form.add_error(None, refused.sentence)


def _template(request: StaffRequest, given: dict[str, Any], at: datetime) -> Template:
    """The chosen template, or a new one of the campaign's own where the words were changed."""
    chosen: Template | None = given["template"]
    body = _plain(given["body"])
    if chosen is not None and (not body or body == _plain(chosen.current.body if chosen.current else "")):
        return chosen
    return create_template(
        organization=request.organization,
        name=_own_name(request, given["name"], given["language"]),
        body=body,
        language=given["language"],
        industry=given["industry"],
        bucket=chosen.bucket if chosen else "",
        actor=request.user.actor,
        at=at,
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _own_name(request: StaffRequest, name: str, language: str) -> str:
    """`SMS 1-30DPD`, then `SMS 1-30DPD (2)`: a template's name is unique in its language."""
    rows = Template.objects.of(request.organization).filter(language=language, archived_at=None)
    taken = {known.lower() for known in rows.filter(name__istartswith=name).values_list("name", flat=True)}
    names = (name if number == 1 else f"{name[:112]} ({number})" for number in range(1, len(taken) + 2))
    return next(own for own in names if own.lower() not in taken)


def _to_review(campaign: Campaign, form: CampaignForm) -> HttpResponse:
    launch_at = form.cleaned_data["launch_at"]
    query = f"?{urlencode({'at': launch_at.isoformat()})}" if launch_at else ""
    return redirect(reverse("campaign_review", args=[campaign.public_id]) + query)


def _page(request: StaffRequest, form: CampaignForm, campaign: Campaign | None) -> HttpResponse:
    if request.method == "POST" and "fill" in request.POST:
        form = _filled(request)
    context = {
        "form": form,
        "campaign": campaign,
        "heading": "Edit campaign" if campaign else "New Campaign",
        "verb": SEND if form.chosen("start") != "later" else SCHEDULE,
        "tags": known_fields(request.organization),
        "reading": _reading(request, form),
    }
    wrong = form.is_bound and form.errors and "fill" not in request.POST
    return render(request, "campaigns/compose.html", context, status=422 if wrong else 200)


@require_POST
@staff_page(Permission.CAMPAIGNS_WRITE)
def compose(request: StaffRequest) -> HttpResponse:
    """A part of the page: the reading, and with `?fill=1` the message section with the chosen text in it."""
    fill = "fill" in request.GET
    form = _filled(request) if fill else _unchecked(request, request.POST.dict())
    context = {"form": form, "tags": known_fields(request.organization), "reading": _reading(request, form)}
    template = "campaigns/_filled.html" if fill else "campaigns/_reading.html"
    return render(request, template, context)


def _filled(request: StaffRequest) -> CampaignForm:
    """What was typed, with the chosen message's text in the body; a message of another language is let go."""
    given = request.POST.dict()
    form = _unchecked(request, given)
    texts = {row.public_id: row.current.body for row in form.templates}
    if given.get("template") in texts:
        given["body"] = texts[given["template"]]
    elif given.get("template"):
        given |= {"body": "", "template": ""}
    return _unchecked(request, given)


def _unchecked(request: HttpRequest, given: dict[str, Any]) -> CampaignForm:
    """A form that shows what was typed and complains about nothing."""
    organization = request.organization  # type: ignore[attr-defined]
    return CampaignForm(initial=given, organization=organization, at=clock.now())


def _reading(request: StaffRequest, form: CampaignForm) -> dict[str, Any]:
    """The message as the first contact of the chosen list would read it."""
    body = _plain(form.chosen("body"))
    if not body:
        return {}
    account = _reader(request, form.chosen("contact_list"))
    language = form.chosen("language") or "en"
    findings = judged(request.organization, body=body, channel="sms", language=language)
    try:
        read = preview(request.organization, body=body, account=account, language=language)
    except tags.BrokenTag:
        return {"findings": findings}
    return {**_told(read), "real": account is not None, "findings": findings or read.findings}


def _told(read: Preview) -> dict[str, Any]:
    return {
        "name": read.contact,
        "text": read.text,
        "problem": read.reason,
        "characters": read.segments.characters,
        "segments": read.segments.segments,
        "encoding": read.segments.encoding,
    }


def _reader(request: StaffRequest, chosen: str) -> Account | None:
    """The first contact of the chosen list, else the organization's newest."""
    accounts = Account.objects.of(request.organization).select_related("consumer", "creditor")
    number = number_of(ContactList.prefix, chosen)
    on_it = accounts.filter(memberships__contact_list=number, lists__organization=request.organization)
    first = on_it.order_by("memberships__account").first() if number else None
    return first or accounts.order_by("-id").first()
