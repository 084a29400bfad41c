"""Campaigns with a strategy: which kind, create, edit, add accounts; the campaign's page and its live part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from forbear.accounts.models import local_day
from forbear.accounts.segments import accounts_in
from forbear.accounts.states import Status as AccountStatus
from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.doors import refusals_on, shown_once
from forbear.staff.permissions import Permission, permissions_of
from forbear.strategies.queries import newest_version
from forbear.web.formats import plural

from . import actions, execution, portfolio, walkers
from .asking import buttons_of
from .enrolling import Enrolled
from .forms_portfolio import AddAccountsForm, PortfolioForm
from .models import Campaign
from .problems import problems
from .reasons import words_of
from .refusals import CannotEnroll, NotDraft, NotReady
from .states import Kind, Status
from .views_launch import campaign_of

ASKED = {"contact_list": "list", "segment": "segment", "strategy": "strategy"}
STATUSES = [(word.value, word.value.replace("_", " ").capitalize()) for word in AccountStatus]


@staff_page(Permission.CAMPAIGNS_READ)
def create(request: StaffRequest) -> HttpResponse:
    """Create Campaign asks first which kind it is to be; who may create none is led back to the list."""
    if Permission.CAMPAIGNS_WRITE not in permissions_of(request.user.role):
        return redirect("campaigns")
    return render(request, "campaigns/create.html", {"list": request.GET.get("list", "")})


@staff_page(Permission.CAMPAIGNS_WRITE)
def new(request: StaffRequest) -> HttpResponse:
    """A draft with a strategy, or without one yet; the accounts of a list join at once."""
    at = clock.now()
    initial = {name: request.GET.get(word, "") for name, word in ASKED.items()}
    form = PortfolioForm(request.POST or None, organization=request.organization, at=at, initial=initial)
    if form.is_valid():
        with refusals_on(form, Refusal):
            campaign = _created(request, form, at)
            return redirect("campaign", campaign.public_id)
    return _form(request, form, None)


@transaction.atomic
def _created(request: StaffRequest, form: PortfolioForm, at: datetime) -> Campaign:
    given, actor = form.cleaned_data, request.user.actor
    campaign = actions.create_campaign(
        organization=request.organization,
        kind=Kind.PORTFOLIO,
        name=given["name"],
        objective=given["objective"],
        strategy_version=_version(given),
        start_date=given["start_date"],
        end_date=given["end_date"],
        actor=actor,
        at=at,
        **_followed(given),
    )
    messages.success(request, f"{campaign.name} is a draft: nobody is contacted before you activate it.")
    _enroll(request, campaign, given, at)
    return campaign


def _followed(given: dict[str, Any]) -> dict[str, Any]:
    """What the campaign looks at again each night."""
    if not given.get("follow_list"):
        return {}
    return {name: given.get(name) or None for name in ("contact_list", "segment")} | {"follow_list": True}


def _version(given: dict[str, Any]) -> Any:
    return newest_version(given["strategy"]) if given["strategy"] else None


def _enroll(request: StaffRequest, campaign: Campaign, given: dict[str, Any], at: datetime) -> None:
    """Whoever is on the list or in the segment joins; what was refused is told by reason."""
    by = {"campaign": campaign, "actor": request.user.actor, "at": at}
    if given.get("contact_list"):
        _tell(request, actions.enroll(contact_list=given["contact_list"], **by))
    if given.get("segment"):
        today = local_day(at, request.organization.time_zone)
        rows = accounts_in(given["segment"], request.organization, today=today)
        _tell(request, actions.enroll(accounts=list(rows.order_by().values_list("pk", flat=True)), **by))


def _tell(request: StaffRequest, answer: Enrolled) -> None:
    refused = ", ".join(f"{count:,} refused: {words_of(reason).lower()}" for reason, count in answer.refused.items())
    joined = plural(answer.enrolled, "account joined", "accounts joined")
    messages.success(request, f"{joined}{f' ({refused})' if refused else ''}.")


@staff_page(Permission.CAMPAIGNS_WRITE)
def add_accounts(request: StaffRequest, public: str) -> HttpResponse:
    """Who is on a list or in a segment joins the campaign; those in it stay as they are."""
    campaign, at = campaign_of(request, public), clock.now()
    form = AddAccountsForm(
        request.POST or None,
        organization=request.organization,
        initial={"contact_list": request.GET.get("list", ""), "segment": request.GET.get("segment", "")},
    )
    if campaign.kind != Kind.PORTFOLIO:
        return redirect("campaign", public)
    if form.is_valid():
        with refusals_on(form, CannotEnroll):
            _enroll(request, campaign, form.cleaned_data, at)
            return redirect("campaign", public)
    context = {"form": form, "campaign": campaign}
    return render(request, "campaigns/add_accounts.html", context, status=422 if form.errors else 200)


def edit(request: StaffRequest, campaign: Campaign) -> HttpResponse:
    """Name, objective, strategy, dates; of a running one all but the start."""
    at = clock.now()
    form = PortfolioForm(request.POST or None, organization=request.organization, at=at, campaign=campaign)
    if form.is_valid():
        with refusals_on(form, NotDraft, NotReady):
            changes = _changes(campaign, form.cleaned_data)
            actions.edit_campaign(campaign=campaign, changes=changes, actor=request.user.actor, at=at)
            messages.success(request, "Changed.")
            return redirect("campaign", campaign.public_id)
    return _form(request, form, campaign)


def _changes(campaign: Campaign, given: dict[str, Any]) -> dict[str, Any]:
    """What differs from how it stands; another strategy comes in its newest version."""
    before = campaign.strategy_version.strategy if campaign.strategy_version else None
    values = {name: given[name] for name in ("name", "objective", "start_date", "end_date")}
    changed = {name: value for name, value in values.items() if getattr(campaign, name) != value}
    return changed | ({"strategy_version": _version(given)} if given["strategy"] != before else {})


def _form(request: StaffRequest, form: PortfolioForm, campaign: Campaign | None) -> HttpResponse:
    context = {
        "form": form,
        "campaign": campaign,
        "running": campaign is not None and campaign.status != Status.DRAFT,
        "heading": "Edit campaign" if campaign else "New Campaign",
    }
    return render(request, "campaigns/portfolio_form.html", context, status=422 if form.errors else 200)


def page(request: StaffRequest, one: Campaign) -> HttpResponse:
    """Its head with the legal buttons, what keeps it from being activated, figures, plan, accounts."""
    may, standing = permissions_of(request.user.role), portfolio.standing_of(one)
    newer = portfolio.newer_version(one)
    context = {
        "campaign": one,
        "buttons": buttons_of(one, request.user.role),
        "may_write": Permission.CAMPAIGNS_WRITE in may,
        "problems": problems(one, at=clock.now()) if one.status == Status.DRAFT else [],
        "newer": newer if newer and Permission.CAMPAIGNS_RUN in may else None,
        "answer": execution.Told.of(shown_once(request, "enqueued")),
        "document": _document(one),
        **_drawn(request, standing),
    }
    return render(request, "campaigns/portfolio.html", context)


def _document(campaign: Campaign) -> Any:
    """The document that this campaign is about; the room of documents hangs it on from above."""
    outreach = getattr(campaign, "outreach", None) if campaign.kind == Kind.DOCUMENT else None
    return outreach.document if outreach is not None else None


def state(request: StaffRequest, one: Campaign) -> HttpResponse:
    """The live part; 204 while nothing has changed."""
    standing = portfolio.standing_of(one, patient=True)
    if standing.signature == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "campaigns/_portfolio_live.html", {"campaign": one, **_drawn(request, standing)})


def _drawn(request: StaffRequest, standing: portfolio.Standing) -> dict[str, Any]:
    stops = portfolio.stops_of(standing.campaign.strategy_version, standing.where)
    wanted = walkers.Wanted(
        status=request.GET.get("status", "") if request.GET.get("status") in set(AccountStatus) else "",
        show=request.GET.get("show", "") if request.GET.get("show") in walkers.SHOWN else "",
        q=request.GET.get("q", "").strip()[:100],
        sort=request.GET.get("sort", "") if standing.is_sortable else "",
        cursor=request.GET.get("cursor", ""),
    )
    whole = not (wanted.status or wanted.show or wanted.q)
    asked = request.GET.copy()
    for word in ("was", "seen"):
        asked.pop(word, None)
    return {
        "standing": standing,
        "figures": standing.strip,
        "stops": stops,
        "length": portfolio.length_of(stops),
        "wanted": wanted,
        "statuses": STATUSES,
        "asked": asked.urlencode(),
        "page": walkers.walkers(
            standing.campaign,
            wanted,
            today=local_day(clock.now(), request.organization.time_zone),
            total=standing.total if whole else None,
        ),
    }
