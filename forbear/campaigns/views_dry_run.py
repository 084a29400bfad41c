"""The dry run's page: a calendar of what would leave, be held and be refused, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from forbear.core import clock
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.permissions import Permission, permissions_of
from forbear.web.htmx import is_partial
from forbear.web.navigation import address

from . import dry_runs
from .calendar import Told, cost_of, figures_of, lengths_of, lines_of, said_of, weeks_of
from .models import Campaign, DryRun
from .rehearsal import USUAL_DAYS
from .states import Status
from .views_launch import campaign_of

CHOICES = [(7, "7 days"), (14, "14 days"), (30, "30 days"), (60, "60 days")]


class DaysForm(forms.Form):
    """Over how many days."""

    days = forms.TypedChoiceField(label="Days", choices=CHOICES, coerce=int, required=False)


@staff_page(Permission.CAMPAIGNS_READ)
def dry_run(request: StaffRequest, public: str) -> HttpResponse:
    """Small campaigns are tried at once; of large ones the newest run is shown, and POST starts another."""
    campaign, at = campaign_of(request, public), clock.now()
    form = DaysForm(request.POST if request.method == "POST" else request.GET)
    days = (form.is_valid() and form.cleaned_data["days"]) or USUAL_DAYS
    small = dry_runs.is_small(campaign)
    if request.method == "POST":
        holder_of(request.user).require(Permission.CAMPAIGNS_WRITE)
        if not small:
            dry_runs.ask_for_dry_run(campaign=campaign, days=days, actor=request.user.actor, at=at)
        return redirect(_address(public, days))
    if campaign.status == Status.COMPLETED:
        return redirect("campaign", public)
    run = None if small else dry_runs.newest(campaign, days=days)
    if is_partial(request) and request.GET.get("part") == "progress":
        return _progress(request, public, run, days)
    told = dry_runs.dry_run(campaign, days=days, at=at) if small else run.result if run else None
    context = {
        "campaign": campaign,
        "form": DaysForm(initial={"days": days}),
        "days": days,
        "days_word": str(days),
        "run": run,
        "small": small,
        "may_start": Permission.CAMPAIGNS_WRITE in permissions_of(request.user.role),
        "law_url": address("settings_law") if Permission.SETTINGS_READ in permissions_of(request.user.role) else "",
        **(_shown(told, campaign) if told else {}),
    }
    return render(request, "campaigns/dry_run.html", context)


def _address(public: str, days: int) -> str:
    return f"{reverse('campaign_dry_run', args=[public])}?days={days}"


def _progress(request: StaffRequest, public: str, run: DryRun | None, days: int) -> HttpResponse:
    """The bar alone; when the run is over, the whole page."""
    if run is not None and run.is_under_way:
        return render(request, "campaigns/_dry_progress.html", {"run": run, "here": _address(public, days)})
    return HttpResponse(headers={"HX-Redirect": _address(public, days)})


def _shown(told: Told, campaign: Campaign) -> dict[str, Any]:
    lines = lines_of(told)
    return {
        "told": told,
        "asked_at": datetime.fromisoformat(told["at"]),
        "weeks": weeks_of(told, campaign),
        "figures": figures_of(told),
        "lines": lines,
        "lengths_of_reasons": lengths_of(lines),
        "said": said_of(told),
        "cost": cost_of(told["totals"]),
    }
