"""The list of campaigns, one campaign with everybody's fate, and the download of its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from forbear.core import clock
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission, permissions_of
from forbear.web.pagination import page_of

from . import queries, views_portfolio
from .asking import buttons_of
from .downloads import campaign_results
from .models import Campaign
from .standing import standing_of
from .states import Kind, Status
from .views_launch import campaign_of

SORTS = {"created": ["id"], "name": ["name"], "end": ["end_date"]}
SHOWN = {
    "": ("All", Q()),
    "sms": ("SMS Campaign", Q(kind=Kind.BROADCAST)),
    "portfolio": ("Portfolio", Q(kind=Kind.PORTFOLIO)),
    "document": ("Outreach", Q(kind=Kind.DOCUMENT)),
    "scheduled": ("Scheduled", Q(status=Status.DRAFT, launch_at__isnull=False)),
}
EMPTY = {
    "": ("No campaign yet", "A campaign sends one message to a contact list, or walks accounts through a strategy."),
    "sms": ("No SMS campaign yet", "An SMS campaign sends one text to everybody on a contact list."),
    "portfolio": ("No portfolio campaign yet", "It groups accounts under a strategy and a time period."),
    "document": ("No outreach yet", "Outreach starts from a document whose loan is behind."),
    "scheduled": ("Nothing is scheduled", "A scheduled campaign waits here until its time."),
}


class ListFilter(forms.Form):
    """Above the list of campaigns."""

    show = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label="Name", required=False, max_length=100)
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Any status"), *((word.value, word.value.capitalize()) for word in Status)],
    )


@dataclass(frozen=True)
class Line:
    """A campaign in the list, with how far it has come."""

    campaign: Campaign
    accounts: int
    contacted: int

    @property
    def percent(self) -> float:
        return 100 * self.contacted / self.accounts if self.accounts else 0.0


@staff_page(Permission.CAMPAIGNS_READ)
def campaigns(request: StaffRequest) -> HttpResponse:
    """All, those that send an SMS, or those that wait for their time."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    mine = Campaign.objects.of(request.organization)
    form = ListFilter(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(mine.filter(SHOWN[show][1]), filters).select_related("contact_list", "strategy_version__strategy")
    page = page_of(request, rows, sorts=SORTS, default="-created", count=True)
    progress = queries.progress_of([campaign.pk for campaign in page.items])
    counts = mine.aggregate(**{f"n_{name}": Count("pk", filter=where) for name, (_, where) in SHOWN.items()})
    title, text = EMPTY[show]
    context = {
        "page": page,
        "rows": [Line(campaign, *progress.get(campaign.pk, (0, 0))) for campaign in page.items],
        "form": form,
        "filtered": bool(filters.get("q") or filters.get("status")),
        "show": show,
        "heading": SHOWN[show][0],
        "tabs": [(name, title, counts[f"n_{name}"]) for name, (title, _) in SHOWN.items()],
        "empty_title": title,
        "empty_text": text,
        "may_write": Permission.CAMPAIGNS_WRITE in permissions_of(request.user.role),
    }
    return render(request, "campaigns/campaigns.html", context)


def _filtered(rows: QuerySet[Campaign], filters: dict[str, Any]) -> QuerySet[Campaign]:
    if filters.get("q"):
        rows = rows.filter(name__icontains=filters["q"].strip())
    return rows.filter(status=filters["status"]) if filters.get("status") else rows


@staff_page(Permission.CAMPAIGNS_READ)
def campaign(request: StaffRequest, public: str) -> HttpResponse:
    """How far it has come, and what became of everybody."""
    one, may = campaign_of(request, public), permissions_of(request.user.role)
    if one.kind != Kind.BROADCAST:
        return views_portfolio.page(request, one)
    standing = standing_of(one, at=clock.now())
    people = _recipients(request, one, standing.counts)
    context = {
        "campaign": one,
        "buttons": buttons_of(one, request.user.role),
        "may_write": Permission.CAMPAIGNS_WRITE in may,
        "may_run": Permission.CAMPAIGNS_RUN in may,
        "sample": next((row for row in people["page"].items if row.body), None),
        "standing": standing,
        **people,
    }
    return render(request, "campaigns/campaign.html", context)


@staff_page(Permission.CAMPAIGNS_READ)
def state(request: StaffRequest, public: str) -> HttpResponse:
    """What a running campaign's page asks for again and again; 204 while nothing has changed."""
    one = campaign_of(request, public)
    if one.status != request.GET.get("was"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    if one.kind != Kind.BROADCAST:
        return views_portfolio.state(request, one)
    standing = standing_of(one, at=clock.now())
    if standing.signature == request.GET.get("seen"):
        return HttpResponse(status=204)
    context = {"campaign": one, "standing": standing, **_recipients(request, one, standing.counts)}
    return render(request, "campaigns/_live.html", context)


def _recipients(request: StaffRequest, one: Campaign, counts: dict[str, int]) -> dict[str, Any]:
    status, q = request.GET.get("status", ""), request.GET.get("q", "").strip()[:100]
    status = status if status in counts else ""
    total = counts.get(status, 0) if status else sum(counts.values())
    cursor = request.GET.get("cursor", "")
    page = queries.recipients_page(one, status=status, q=q, cursor=cursor, total=None if q else total)
    asked = request.GET.copy()
    for word in ("was", "seen"):
        asked.pop(word, None)
    noun = "account" if total == 1 else "accounts"
    return {"page": page, "status": status, "q": q, "asked": asked.urlencode(), "noun": noun}


@staff_page(Permission.CAMPAIGNS_READ)
def results(request: StaffRequest, public: str, kind: str) -> HttpResponseBase:
    """Download Campaign Results."""
    return campaign_results(campaign_of(request, public), kind)
