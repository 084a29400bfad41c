"""Segments: filters under a name, with how many answer to each now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
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
from .models import ContactList, Segment, local_day

MOST, MOST_LISTS = 100, 500
SAID: Final = {
    "status": "{}",
    "bucket": "{} days past due",
    "list": "on the list {}",
    "campaign": "in the campaign {}",
    "q": "found by “{}”",
    "creditor": "owed to {}",
    "amount_from": "{} or more",
    "amount_to": "{} or less",
    "score_from": "score {} or more",
    "score_to": "score {} or less",
    "field": "{}",
    "value": "is {}",
}


@staff_page(Permission.ACCOUNTS_READ)
def all_segments(request: StaffRequest) -> HttpResponse:
    """Each leads to its accounts."""
    kept = list(Segment.objects.of(request.organization).order_by("-pk")[:MOST])
    names = {one.public_id: one.name for one in ContactList.objects.of(request.organization)[:MOST_LISTS]}
    names |= queries.campaigns_called(request.organization, {one.wanted.get("campaign", "") for one in kept})
    rows = [(one, f"{reverse('accounts')}?{urlencode(one.wanted)}", _said(one, names)) for one in kept]
    return render(request, "accounts/segments.html", {"rows": rows})


def _said(segment: Segment, names: Mapping[str, str]) -> str:
    """`on the list october.csv, 31-60 days past due`; names: of lists and campaigns, by their ids."""
    said = (SAID[name].format(names.get(value, value.replace("_", " "))) for name, value in segment.wanted.items())
    return ", ".join(said)


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
