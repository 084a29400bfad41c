"""The report "Contacts outside hours": empty, or every one of them by name."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from forbear.core import clock
from forbear.policy.loading import everything
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import plural
from forbear.web.parts import Bar

from .contacts import TooLongASpan, kept_report, span_of
from .forms import DaysForm
from .spoken import ages, figures

WORDS = {"deferred": "wait", "referred": "human", "refused": "stop"}


@staff_page(Permission.REPORTS_READ)
def outside_hours(request: StaffRequest) -> HttpResponse:
    """Every contact of these days held against the hours of the law, on the clock of the person."""
    form = DaysForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    span = span_of(request.organization, given.get("start_date"), given.get("end_date"), at=clock.now())
    try:
        report = kept_report(request.organization, span)
    except TooLongASpan as refusal:
        form.add_error(None, str(refusal))
        span = span_of(request.organization, None, None, at=clock.now())
        report = kept_report(request.organization, span)
    context = {
        "report": report,
        "form": form if form.is_bound else DaysForm(initial={"start_date": span.begin, "end_date": span.end}),
        "figures": figures(report),
        "bars": [Bar(label=f"{hour}:00", value=count) for hour, count in enumerate(report.by_hour)],
        "labels": ",".join(f"{hour}:00" for hour in range(0, 24, 4)),
        "sentence": f"{plural(sum(report.by_hour), 'contact')} by the hour on the consumer's own clock.",
        "ages": ages(report.opt_outs),
        "turned": [(_sentence(one.rule), one.rule, one.what, WORDS[one.what], one.count) for one in report.turned],
    }
    return render(request, "reports/outside_hours.html", context)


def _sentence(rule: str) -> str:
    """The first source of a rule; a reason without a rule in its own words."""
    known = everything().rule(rule)
    return known.cite[0].ref if known and known.cite else rule.replace("_", " ").capitalize()
