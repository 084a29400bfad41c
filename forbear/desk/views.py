"""The desk's doors: Today and the search."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from forbear.core import clock
from forbear.staff.access import staff_page
from forbear.staff.models import Organization
from forbear.staff.permissions import Permission, permissions_of
from forbear.web.formats import ago, plural, when
from forbear.web.htmx import is_partial
from forbear.web.navigation import address
from forbear.web.parts import Bar, Figure

from . import context, money, queries
from .search import find

LISTED = 6


@staff_page(Permission.ACCOUNTS_READ)
def today(request: HttpRequest) -> HttpResponse:
    """What needs me: replies, held messages, launches; and what has left today."""
    organization: Organization = request.organization  # type: ignore[attr-defined]
    at, may = clock.now(), permissions_of(request.user.role)  # type: ignore[union-attr]
    reads = Permission.INBOX_READ in may
    waiting, replies = queries.replies_waiting(organization, limit=LISTED) if reads else (0, [])
    held, openings = queries.held_messages(organization, at=at)
    campaigns = queries.campaigns_of_today(organization)
    launches, failed = campaigns.scheduled, campaigns.failed
    hours = queries.hours_of_today(organization, at=at)
    came = money.told(organization, at=at)
    shown = {
        "greeting": _greeting(at.astimezone(ZoneInfo(organization.time_zone)).hour),
        "lede": _lede(waiting, held, len(failed)),
        "figures": [
            *_figures(organization, at, waiting, replies, held, openings, launches, hours)[not reads :],
            *_of_money(came, may),
        ],
        "came": came,
        "recovered": came.recovered(organization.currency),
        "compared": came.compared(organization.currency),
        "other_money": came.others(organization.currency),
        "replies": replies,
        "unclear": queries.unclear_replies(organization) if Permission.CONSENT_READ in may else [],
        "failed": failed,
        "waiting": waiting,
        "openings": openings,
        "held": held,
        "launches": launches,
        "running": campaigns.running,
        "at": at,
        **_chart(organization, hours, at),
    }
    return render(request, "desk/today.html", shown)


def _greeting(hour: int) -> str:
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _lede(waiting: int, held: int, failed: int) -> str:
    said = [
        f"{plural(waiting, 'person', 'people')} wrote back" if waiting else "",
        f"{plural(held, 'message waits', 'messages wait')} for a lawful hour" if held else "",
        f"{plural(failed, 'launch', 'launches')} did not happen" if failed else "",
    ]
    some = [part for part in said if part]
    if not some:
        return "Nobody waits for an answer, and nothing is held."
    return (", ".join(some[:-1]) + " and " if some[:-1] else "") + some[-1] + "."


def _figures(
    organization: Organization,
    at: datetime,
    waiting: int,
    replies: list[queries.Reply],
    held: int,
    openings: list[queries.Opening],
    launches: list[Any],
    hours: list[queries.Hour],
) -> list[Figure]:
    zone = ZoneInfo(organization.time_zone)
    longest = f"longest: {ago(replies[0].since, at)}, {replies[0].name}" if replies else "everybody has an answer"
    opens = f"the next {openings[0].count:,} leave {when(openings[0].at.astimezone(zone))}" if openings else ""
    first = f"next: {when(launches[0].launch_at.astimezone(zone))}" if launches else "none is waiting"
    planned = sum(hour.planned for hour in hours)
    return [
        Figure(label="Replies waiting", figure=f"{waiting:,}", note=longest, url=address("inbox") or "#todo"),
        Figure(label="Held messages", figure=f"{held:,}", note=opens or "nothing is held", url="#held"),
        Figure(
            label="Scheduled launches",
            figure=f"{len(launches):,}",
            note=first,
            url=f"{address('campaigns')}?show=scheduled",
        ),
        Figure(
            label="Sent today",
            figure=f"{sum(hour.sent for hour in hours):,}",
            note=f"{planned:,} more planned",
            url="#sent",
        ),
    ]


def _of_money(came: money.Told, may: Collection[str]) -> list[Figure]:
    """Promises and cases, for those who may see them."""
    overdue = f"{came.count('overdue'):,} overdue" if came.count("overdue") else "none is overdue"
    promises = Figure(
        label="Promises due today",
        figure=f"{came.count('due'):,}",
        note=f"{came.together('due')}, {overdue}" if came.count("due") else overdue,
        url=f"{address('promises') or '#todo'}",
    )
    cases = Figure(
        label="Escalations",
        figure=f"{came.count('escalations'):,}",
        note=f"{plural(came.count('disputes'), 'dispute')} open",
        url=f"{address('escalations') or '#todo'}",
    )
    return [*([promises] if "promises:read" in may else []), *([cases] if "cases:read" in may else [])]


def _chart(organization: Organization, hours: list[queries.Hour], at: datetime) -> dict[str, Any]:
    here = at.astimezone(ZoneInfo(organization.time_zone))
    busy = [f"{hour.sent:,} at {hour.hour}:00" for hour in hours if hour.sent]
    sent, planned = sum(hour.sent for hour in hours), sum(hour.planned for hour in hours)
    return {
        "bars": [Bar(label=f"{hour.hour}:00", value=hour.sent, planned=hour.planned) for hour in hours],
        "chart_sentence": f"Sent today by hour: {', '.join(busy) or 'nothing yet'}. Still planned today: {planned:,}.",
        "sent_today": sent,
        "planned_today": planned,
        "opens": organization.window_from.hour + organization.window_from.minute / 60,
        "closes": organization.window_to.hour + organization.window_to.minute / 60,
        "now_hour": here.hour + here.minute / 60,
    }


@staff_page(Permission.ACCOUNTS_READ)
def search(request: HttpRequest) -> HttpResponse:
    """Accounts, campaigns, lists and pages that answer to some words; a part of the page for the palette."""
    words = request.GET.get("q", "").strip()[:100]
    found = find(request.organization, words, context.shell(request)["shell"])  # type: ignore[attr-defined,arg-type]
    template = "desk/_found.html" if is_partial(request) else "desk/search.html"
    return render(request, template, {"found": found, "search_query": words})
