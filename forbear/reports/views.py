"""Reports: what was said day by day, and what came of each SMS campaign."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from forbear.campaigns.models import Campaign
from forbear.campaigns.standing import WORDS
from forbear.core import clock
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import plural, share, weekday
from forbear.web.pagination import page_of
from forbear.web.parts import Bar, Figure, Length
from forbear.web.wire import found

from . import queries

ROWS = 25
TONES = {"excluded": "stop", "skipped": "stop", "rejected": "stop", "failed": "stop", "cancelled": "stop"}
HELD = {"pending": "wait", "undelivered": "wait", "uncertain": "wait"}


@staff_page(Permission.REPORTS_READ)
def overview(request: StaffRequest) -> HttpResponse:
    """Messages sent and answers received, the last fourteen days."""
    days = queries.days_of_messages(request.organization, at=clock.now())
    sent, received = sum(day.sent for day in days), sum(day.received for day in days)
    context = {
        "days": [Bar(label=weekday(day.day), value=day.sent) for day in days],
        "answers": [Bar(label=weekday(day.day), value=day.received) for day in days],
        "sent_sentence": f"Messages sent in the last {len(days)} days: {sent:,}.",
        "answers_sentence": f"Answers received in the last {len(days)} days: {received:,}.",
        "labels": ",".join(weekday(day.day) for day in days[::2]),
        "figures": [
            Figure(label="Sent", figure=f"{sent:,}", note=f"in {len(days)} days"),
            Figure(label="Answers", figure=f"{received:,}", note=f"{share(received, sent)} of what was sent"),
        ],
    }
    return render(request, "reports/overview.html", context)


@staff_page(Permission.REPORTS_READ)
def sms_campaigns(request: StaffRequest) -> HttpResponse:
    """Per campaign: recipients by status, as many as the rows of its results; replies and opt-outs."""
    rows = queries.launched(request.organization)
    page = page_of(
        request, rows, sorts={"created": ["id"], "name": ["name"]}, default="-created", limit=ROWS, count=True
    )
    context = {
        "page": page,
        "lines": (lines := queries.reports_of(page.items)),
        **_chosen(request.GET.get("campaign", ""), rows, lines),
    }
    return render(request, "reports/sms_campaigns.html", context)


def _chosen(public: str, rows: QuerySet[Campaign], lines: list[queries.CampaignLine]) -> dict[str, Any]:
    """The campaign whose figures stand on top: the one that was asked for, or the newest. Raises NotFound."""
    line = next((one for one in lines if public in ("", one.campaign.public_id)), None)
    if line is None and public:
        line = queries.reports_of([found(rows, public)])[0]
    if line is None:
        return {"line": None}
    told = [(word, title) for word, (title, _) in WORDS.items() if line.counts.get(word)]
    return {
        "line": line,
        "figures": _figures(line),
        "lengths": [
            Length(label=title, value=line.counts[word], tone=TONES.get(word) or HELD.get(word, ""))
            for word, title in told
        ],
        "caption": f"{line.campaign.name}: {plural(line.total, 'recipient')} by status",
    }


def _figures(line: queries.CampaignLine) -> list[Figure]:
    return [
        Figure(label="Recipients", figure=f"{line.total:,}", note="rows of the download"),
        Figure(label="Delivered", figure=f"{line.delivered:,}", note=f"{share(line.delivered, line.total)} of all"),
        Figure(label="Left out or refused", figure=f"{line.left_out:,}", note="each with its reason"),
        Figure(label="Replies", figure=f"{line.replied:,}", note=f"{share(line.replied, line.delivered)} of delivered"),
        Figure(
            label="Opt-outs", figure=f"{line.opted_out:,}", note=f"{share(line.opted_out, line.delivered)} of delivered"
        ),
    ]
