"""Segments: filters under a name, with how many answer to each now."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import plural
from forbear.web.wire import found

from . import queries, segments
from .models import Segment, local_day

MOST = 100


@staff_page(Permission.ACCOUNTS_READ)
def all_segments(request: StaffRequest) -> HttpResponse:
    """Each leads to its accounts."""
    kept = Segment.objects.of(request.organization).order_by("-pk")[:MOST]
    rows = [(one, f"{reverse('accounts')}?{urlencode(one.wanted)}", _said(one)) for one in kept]
    return render(request, "accounts/segments.html", {"rows": rows})


def _said(segment: Segment) -> str:
    words = {name.replace("_", " "): value.replace("_", " ") for name, value in segment.wanted.items()}
    return ", ".join(f"{name}: {value}" for name, value in words.items())


@staff_page(Permission.ACCOUNTS_READ)
def count(request: StaffRequest, public: str) -> HttpResponse:
    """How many answer to it now, and then the list of segments again."""
    segment = found(Segment.objects.of(request.organization), public)
    today = local_day(clock.now(), request.organization.time_zone)
    number = queries.counted(segments.accounts_in(segment, request.organization, today=today))
    told = f"more than {plural(queries.COUNTED, 'account')}" if number is None else plural(number, "account")
    messages.info(request, f"{segment.name}: {told}.")
    return redirect("segments")


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def delete(request: StaffRequest, public: str) -> HttpResponse:
    """The accounts stay."""
    segment = found(Segment.objects.of(request.organization), public)
    segments.delete_segment(segment=segment, actor=request.user.actor, at=clock.now())
    messages.success(request, "Deleted; its accounts stay.")
    return redirect("segments")
