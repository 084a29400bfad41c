"""The pages Aging and Operations: what is open by how late it is, and what came of the work of some days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from forbear.accounts import queries as accounts
from forbear.accounts.models import local_day
from forbear.campaigns.models import Campaign
from forbear.core import clock
from forbear.core.refusal import Invalid
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web import formats
from forbear.web.exports import csv_response
from forbear.web.formats import worded
from forbear.web.parts import Bar, Figure
from forbear.web.wire import found

from . import operations
from .aging import HEADER, NO_DUE_DATE, Age, Aging, Part, aging, lines_of
from .forms import CampaignForm, DaysForm

REDDEST = 5
TITLES = {"current": "Not past due", NO_DUE_DATE: "No due date"}


@staff_page(Permission.REPORTS_READ)
def ages(request: StaffRequest) -> HttpResponseBase:
    """Open balances by days past due, each currency by itself; the same as a file with `?format=csv`."""
    _, campaigns = accounts.choices(request.organization)
    form = CampaignForm(request.GET, campaigns=campaigns)
    public = form.chosen()
    campaign = found(Campaign.objects.of(request.organization), public) if public else None
    report = aging(request.organization, today=_today(request), campaign=campaign)
    if request.GET.get("format") == "csv":
        return csv_response("aging.csv", HEADER, lines_of(report))
    context = {
        "report": report,
        "form": form,
        "currencies": [_of_currency(report, at, total) for at, total in enumerate(report.totals)],
        "files": [("CSV", f"?format=csv&campaign={public}" if public else "?format=csv")],
    }
    return render(request, "reports/aging.html", context)


def _today(request: StaffRequest) -> date:
    return local_day(clock.now(), request.organization.time_zone)


def _of_currency(report: Aging, at: int, total: Part) -> dict[str, object]:
    """One currency's chart and table: rows of (title, part)."""
    parts = [(age, age.parts[at]) for age in report.ages]
    shown = [(_title(age), part) for age, part in parts if age.bucket != NO_DUE_DATE or part.accounts]
    said = ", ".join(f"{title}: {formats.money(part.amount)}" for title, part in shown if part.accounts)
    return {
        "code": total.amount.currency,
        "total": total,
        "rows": shown,
        "bars": [
            Bar(label=title, value=round(part.amount.amount), age=shade)
            for (title, part), shade in zip(shown, _shades(report.ages), strict=False)
        ],
        "sentence": f"Open in {total.amount.currency} by days past due. {said}.",
    }


def _shades(ages: Sequence[Age]) -> list[str]:
    """From green to red, however many rows the organization has made of them; the last row has no due date."""
    late = len(ages) - 2
    return [*(str(round(REDDEST * n / late)) for n in range(late + 1)), "none"]


def _title(age: Age) -> str:
    return TITLES.get(age.bucket, age.bucket)


@staff_page(Permission.REPORTS_READ)
def operational(request: StaffRequest) -> HttpResponseBase:
    """What was tried on some days, what it reached and what came of it; the same as a file with `?format=csv`."""
    form = DaysForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    try:
        span = operations.span_of(given.get("start_date"), given.get("end_date"), today=_today(request))
    except Invalid as refusal:
        form.add_error(None, refusal.sentence)
        span = operations.span_of(None, None, today=_today(request))
    report = operations.summary(request.organization, span)
    if request.GET.get("format") == "csv" and not form.errors:
        return csv_response("operational-summary.csv", operations.HEADER, operations.lines_of(report))
    return _drawn(request, form, report)


def _drawn(request: StaffRequest, form: DaysForm, report: operations.Summary) -> HttpResponse:
    days = {"start_date": report.span.begin, "end_date": report.span.end}
    context = {
        "report": report,
        "form": form if form.is_bound else DaysForm(initial=days),
        "figures": _figures(report),
        "bars": [Bar(label=worded(line.channel), value=line.attempts) for line in report.channels],
        "sentence": f"Attempts by channel: {report.attempts:,}.",
        "files": [("CSV", f"?format=csv&start_date={report.span.begin}&end_date={report.span.end}")],
    }
    return render(request, "reports/operational.html", context, status=422 if form.errors else 200)


def _figures(report: operations.Summary) -> list[Figure]:
    kept, made = report.promises_kept, report.promises_created
    money = ", ".join(formats.money(one) for one in report.recovered)
    return [
        Figure(label="Total attempts", figure=f"{report.attempts:,}", note="messages and calls"),
        Figure(
            label="Contact rate",
            figure=formats.share(report.reached, report.attempts),
            note=f"{report.reached:,} reached somebody",
        ),
        Figure(label="Promises created", figure=f"{made:,}", note=f"{report.promises_fulfilled:,} fulfilled"),
        Figure(label="Fulfilment rate", figure=formats.share(kept, made), note="of the promises created"),
        Figure(label="Amount recovered", figure=money or formats.NOTHING, note="each currency by itself"),
        Figure(label="Escalations", figure=f"{report.escalations:,}", note="to a person"),
    ]
