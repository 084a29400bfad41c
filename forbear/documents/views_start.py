"""The form that starts an outreach, with what it would do beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forbear.accounts.models import local_day
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest
from forbear.staff.permissions import Permission, permissions_of

from .forecasting import foreseen
from .forms import CADENCES, TONES, ChannelsForm
from .models import Document, Loan, Outreach
from .openness import KIND, closed_channels
from .states import Channel

EARLY_DAYS = 30


def start_form(
    request: StaffRequest, one: Document, loan: Loan | None, running: Outreach | None, *, at: datetime
) -> dict[str, Any]:
    """The form where it was asked for, filled with what is suggested, and its calendar."""
    may = Permission.CAMPAIGNS_RUN in permissions_of(request.user.role)
    if not may or loan is None or not loan.is_behind or running is not None or one.archived_at is not None:
        return {"may_start": False}
    if "start" not in request.GET:
        return {"may_start": True, "start_form": None}
    form = ChannelsForm(initial=suggested(one, loan, at), auto_id="start_%s")
    return {"may_start": True, **drawn(form, loan, at=at)}


def drawn(form: ChannelsForm, loan: Loan, *, at: datetime) -> dict[str, Any]:
    """A form with the calendar of what stands in it now, or why there is none."""
    values = {name: form[name].value() for name in form.fields}
    probe = ChannelsForm({**values, "channels": values["channels"] or []})
    context: dict[str, Any] = {"start_form": form, "tones": TONES, "cadences": CADENCES}
    if not probe.is_valid():
        return context | {"calendar": None, "no_calendar": "" if form.errors else _first(probe)}
    try:
        return context | {"calendar": foreseen(loan, probe.chosen(), at=at), "no_calendar": ""}
    except Refusal as refusal:
        return context | {"calendar": None, "no_calendar": refusal.sentence}


def _first(form: ChannelsForm) -> str:
    return next((str(errors[0]) for errors in form.errors.values()), "")


def suggested(one: Document, loan: Loan, at: datetime) -> dict[str, Any]:
    """Early, or for the first time: empathetic and weekly. Firmer only after first tries."""
    days = loan.account.days_past_due(local_day(at, loan.organization.time_zone)) or 0
    tried = bool(getattr(one, "campaigns", []))
    tone = "firm" if tried and days > EARLY_DAYS else "empathetic"
    return {"channels": _reachable(loan), "tone": tone, "cadence": "weekly", "notes": ""}


def _reachable(loan: Loan) -> list[str]:
    """Channels that are open and by which the borrower can be reached; SMS where nothing is known yet."""
    closed = closed_channels(loan.organization, loan.account.consumer)
    kinds = {point.kind for point in loan.account.consumer.points.all() if point.status != "closed"}
    usable = [str(channel) for channel in Channel if channel not in closed and KIND[channel] in kinds]
    return usable or [str(channel) for channel in Channel if channel not in closed][:1]
