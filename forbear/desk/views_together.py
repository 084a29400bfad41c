"""Many accounts at once: whoever was ticked, or everybody who answers to a filter, is put on a list, enrolled or moved;
a filter may also be kept as a segment.

First how many they are and what would happen; then, when that is confirmed, it happens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from forbear.accounts import actions as lists
from forbear.accounts import segments, standing
from forbear.accounts.models import Account, local_day
from forbear.accounts.states import Status
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Campaign
from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import plural
from forbear.web.wire import found, numbered

from .forms_together import CampaignChoice, ListChoice, SegmentName, StatusChoice

NOBODY: Final = "Tick the accounts that you mean, or filter for them."


@dataclass(frozen=True, slots=True)
class Deed:
    """What can be done with many accounts: its words, its form, the verb, and who may."""

    title: str
    form: Callable[..., forms.Form]
    does: Callable[[StaffRequest, QuerySet[Account], dict[str, Any], datetime], str]
    needs: Permission = Permission.ACCOUNTS_WRITE
    of_filters: bool = False
    """It is done with the filter itself, not with the accounts."""


@staff_page(Permission.ACCOUNTS_WRITE)
def together(request: StaffRequest) -> HttpResponse:
    """`do` names the deed; each `account` is one that was ticked, else the other words are those of a filter."""
    at, asked = clock.now(), request.POST if request.method == "POST" else request.GET
    words = {name: asked[name] for name in segments.WORDS if asked.get(name)}
    ticked, deed, back = asked.getlist("account"), DEEDS.get(asked.get("do", "")), _back(asked, words)
    if deed is None or ((deed.of_filters or not ticked) and not segments.wanted_of(words)):
        messages.error(request, NOBODY)
        return redirect(back)
    holder_of(request.user).require(deed.needs)
    rows = _ticked(request, ticked) if ticked else _answering(request, words, at)
    if ticked and not rows.exists():
        messages.error(request, NOBODY)
        return redirect(back)
    form = deed.form(request.POST or None, organization=request.organization, prefix="to")
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, deed.does(request, rows, form.cleaned_data | {"words": words}, at))
            return redirect(back)
        except Refusal as refused:
            form.add_error(None, refused.sentence)
    context = {"deed": deed, "do": asked["do"], "form": form, "words": words, "ticked": ticked, "back": back}
    context["query"] = asked.get("back", "")
    status = 422 if form.errors else 200
    return render(request, "desk/together.html", context | {"count": rows.count()}, status=status)


def _ticked(request: StaffRequest, ticked: list[str]) -> QuerySet[Account]:
    """Those of them that are the organization's."""
    numbers = [number for one in ticked if (number := numbered(Account.prefix, one))]
    return Account.objects.of(request.organization).filter(pk__one_of=numbers)


def _answering(request: StaffRequest, words: dict[str, str], at: datetime) -> QuerySet[Account]:
    today = local_day(at, request.organization.time_zone)
    return segments.answering_to(words, request.organization, today=today)


def _back(asked: QueryDict, words: dict[str, str]) -> str:
    """To the list as it was: `back` is its own query where accounts were ticked, else it is the filter."""
    query = QueryDict(asked.get("back", "")).urlencode() or urlencode(words)
    return reverse("accounts") + (f"?{query}" if query else "")


def _list(request: StaffRequest, rows: QuerySet[Account], given: dict[str, Any], at: datetime) -> str:
    actor = request.user.actor
    chosen = lists.ensure_list(organization=request.organization, name=given["name"], actor=actor, at=at)
    added = lists.add_members(contact_list=chosen, accounts=rows, actor=actor, at=at)
    return f"{plural(added, 'account')} put on “{chosen.name}”."


def _campaign(request: StaffRequest, rows: QuerySet[Account], given: dict[str, Any], at: datetime) -> str:
    campaign = found(Campaign.objects.of(request.organization), given["campaign"])
    numbers = list(rows.values_list("pk", flat=True))
    done = campaigns.enroll(campaign=campaign, contact_list=None, accounts=numbers, actor=request.user.actor, at=at)
    left = sum(done.refused.values())
    return f"{plural(done.enrolled, 'account')} enrolled in “{campaign.name}”" + (f", {left:,} not." if left else ".")


def _status(request: StaffRequest, rows: QuerySet[Account], given: dict[str, Any], at: datetime) -> str:
    to, numbers = Status(given["status"]), list(rows.values_list("pk", flat=True)[: standing.MOST_AT_ONCE + 1])
    moved = standing.change_many(numbers, to=to, reason=given["reason"], actor=request.user.actor, at=at)
    left = len(numbers) - moved
    told = f", {left:,} could not." if left else "."
    return f"{plural(moved, 'account')} became {to.replace('_', ' ')}{told}"


def _segment(request: StaffRequest, rows: QuerySet[Account], given: dict[str, Any], at: datetime) -> str:
    made = segments.save_segment(
        organization=request.organization, name=given["name"], words=given["words"], actor=request.user.actor, at=at
    )
    return f"Saved as “{made.name}”."


DEEDS = {
    "list": Deed("Put on a list", ListChoice, _list),
    "campaign": Deed("Enrol in a campaign", CampaignChoice, _campaign, Permission.CAMPAIGNS_WRITE),
    "status": Deed("Change the status", StatusChoice, _status),
    "segment": Deed("Save as a segment", SegmentName, _segment, of_filters=True),
}
