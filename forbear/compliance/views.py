"""The page Compliance: the log with its filters and downloads."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from forbear.core import clock
from forbear.core.refusal import NotFound
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import clock as clock_face
from forbear.web.formats import day, in_zone
from forbear.web.pagination import page_of
from forbear.web.parts import Figure

from . import downloads, queries, words
from .forms import LogFilter
from .models import Seal
from .standing import Standing, chosen, standing

DECISIONS = ("sent", "held", "refused")
FILES = {"csv": downloads.csv_of, "jsonl": downloads.jsonl_of}


@staff_page(Permission.LOG_READ)
def log(request: StaffRequest) -> HttpResponse:
    """Everything that was said, held or refused, in the order in which it happened."""
    sieve = filter_of(request)
    asked = sieve.asked()
    page = page_of(request, queries.entries(request.organization, asked), sorts={"entry": []}, default="-entry")
    sealed = standing(request.organization.pk, people=sieve.people)
    context = {
        "sieve": sieve,
        "page": page,
        "told": words.tell(page.items),
        "groups": words.groups(),
        "group": asked.group,
        "figures": figures(request.organization, sealed, clock.now()),
        "standing": sealed,
        "proof": chosen(request.organization, request.GET.get("entry", "")),
        "downloads": [(kind.upper(), link(request, kind)) for kind in FILES],
    }
    return render(request, "compliance/log.html", context)


def filter_of(request: StaffRequest) -> LogFilter:
    return LogFilter(request.GET, organization=request.organization)


def link(request: StaffRequest, kind: str) -> str:
    """The download of what the filter shows."""
    query = request.GET.copy()
    query.pop("cursor", None)
    return f"{reverse('compliance_download', args=[kind])}?{query.urlencode()}"


def figures(organization: Any, sealed: Standing, at: datetime) -> list[Figure]:
    """What judges a year of contacts again is up to half a minute old."""
    zone = ZoneInfo(organization.time_zone)
    midnight = datetime.combine(at.astimezone(zone).date(), time(), zone)
    half_minute = int(at.timestamp()) // queries.KEPT_SECONDS
    log = queries.extent(organization.pk, midnight, half_minute=half_minute)
    since = f"since {day(in_zone(log.began, zone))}" if log.began else "nothing yet"
    today = [
        (group, sum(log.counts.get(event, 0) for event in group.counted or group.events)) for group in words.groups()
    ]
    decided = [(group.title.lower(), count) for group, count in today if group.name in DECISIONS]
    name = f"keeping:{organization.pk}:{half_minute}"
    kept = cache.get_or_set(name, lambda: list(words.keeping(organization, at)), queries.KEPT_SECONDS) or []
    return [
        Figure(label="Latest entry", figure=f"{log.newest:,}" if log.newest else "–", note=since),
        Figure(
            label="Decisions today",
            figure=f"{sum(count for _, count in decided):,}",
            note=", ".join(f"{count:,} {title}" for title, count in decided),
        ),
        *kept,
        _last_checkpoint(sealed.seal, zone),
    ]


def _last_checkpoint(newest: Seal | None, zone: ZoneInfo) -> Figure:
    if newest is None:
        return Figure(label="Last checkpoint", figure="–", note="nothing is sealed yet")
    note = f"{day(in_zone(newest.at, zone))}, {newest.size:,} sealed"
    return Figure(label="Last checkpoint", figure=clock_face(in_zone(newest.at, zone)), note=note)


@staff_page(Permission.LOG_READ)
def download(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The filtered entries as a file, the oldest first. Raises NotFound."""
    if kind not in FILES:
        raise NotFound
    return FILES[kind](queries.entries(request.organization, filter_of(request).asked()))
