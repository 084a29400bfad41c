"""The paper phone's page: read as the consumer reads, answer as they would, move the clock, let it run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from forbear.accounts.models import Account, Consumer
from forbear.core import clock
from forbear.core.phone import readable
from forbear.core.refusal import Refusal
from forbear.dispatch.queries import contactability
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.models import Organization
from forbear.staff.permissions import Permission
from forbear.web.formats import in_zone, when
from forbear.web.htmx import is_partial
from forbear.web.parts import Happening, Said

from . import actions, queries
from .behind import behind
from .choosing import chosen, options
from .forms import AnswerForm, ClockForm
from .models import PaperText
from .phones import write_from_phone
from .spans import read_span

TO_TRY = ("STOP", "¡No más!", "HELP", "who is this?", "I paid last week", "talk to my lawyer", "START")
SHOWN = 200


@require_GET
@staff_page(Permission.SANDBOX_WRITE)
def paper_phone(request: StaffRequest) -> HttpResponse:
    """The chosen phone, or the one that was written to last. A poll with nothing new is answered with 204."""
    actions.require_sandbox()
    organization = request.organization
    asked = request.GET.get("phone", "")
    if is_partial(request) and request.GET.get("state") == _state(organization, asked, behind(organization, asked)):
        return HttpResponse(status=204)
    phones = queries.recent_phones(organization)
    phone = chosen(request, phones)
    context = {"phones": options(phones, phone, organization), "chosen": phone}
    context |= _shown(organization, phone, clock.now())
    return render(request, "sandbox/phone.html", context)


@require_POST
@staff_page(Permission.SANDBOX_WRITE)
def answer(request: StaffRequest) -> HttpResponse:
    """The consumer writes."""
    actions.require_sandbox()
    phone = request.GET.get("phone", "")
    form = AnswerForm(request.POST)
    if form.is_valid() and queries.is_known_address(request.organization, phone):
        body = form.cleaned_data["body"]
        _try(request, lambda: write_from_phone(
            phone=phone, body=body, at=clock.now(), organization=request.organization
        ))  # fmt: skip
    return _back(phone)


@require_POST
@staff_page(Permission.SANDBOX_WRITE)
def clock_moved(request: StaffRequest) -> HttpResponse:
    """Everybody in this sandbox lives by the new time."""
    form = ClockForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say by how much the clock shall move, or what time it shall be.")
    else:
        _try(request, lambda: _move(request, form.cleaned_data))
    return _back(request.GET.get("phone", ""))


@require_POST
@staff_page(Permission.SANDBOX_WRITE)
def run(request: StaffRequest) -> HttpResponse:
    """Work until nothing is due, and tell what that was."""
    actions.require_sandbox()
    counts = actions.run(at=clock.now())
    told = ", ".join(f"{word.replace('_', ' ')} {count:,}" for word, count in counts.items() if count)
    messages.success(request, f"Nothing is due any more: {told}." if told else "Nothing was due.")
    page = request.GET.get("page", "")
    return _back(request.GET.get(_NAMED.get(page, "phone"), ""), page if page in _NAMED else "paper_phone")


_NAMED = {"paper_phone": "phone", "paper_mailbox": "address", "paper_calls": "phone"}
"""The pages that let it run, and the parameter that says whose phone or mailbox they show."""


def _move(request: StaffRequest, given: dict[str, Any]) -> None:
    who: dict[str, Any] = {"actor": request.user.actor, "at": clock.now()}
    if given["at"]:
        actions.set_clock(to=given["at"], **who)
    elif given["advance"] == "now":
        actions.reset_clock(**who)
    else:
        actions.advance_clock(by=read_span(given["advance"]), **who)


def _try(request: StaffRequest, verb: Any) -> None:
    """A refusal is told on the page that asked."""
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, refusal.sentence)


def _back(address: str, page: str = "paper_phone") -> HttpResponse:
    query = f"?{urlencode({_NAMED[page]: address})}" if address else ""
    return redirect(reverse(page) + query)


def _state(organization: Organization, phone: str, happenings: list[Happening]) -> str:
    """Changes with every text of the phone and every happening behind it."""
    texts = queries.texts_of_phone(organization, phone).aggregate(last=Max("pk"), told=Max("reported_at"))
    latest = f"{happenings[0].at.timestamp():.0f}-{len(happenings)}" if happenings else "0"
    told = f"{texts['told'].timestamp():.0f}" if texts["told"] else "0"
    return f"{texts['last'] or 0}-{told}-{latest}"


def _shown(organization: Organization, phone: str, at: datetime) -> dict[str, Any]:
    texts = list(queries.texts_of_phone(organization, phone).order_by("-pk")[:SHOWN])[::-1] if phone else []
    consumer = queries.consumer_at(organization, phone) if phone else None
    number = queries.number_to_answer(phone, organization=organization) if phone else None
    happenings = behind(organization, phone) if phone else []
    return {
        "said": [_said(text) for text in texts],
        "name": _name(consumer) or readable(phone),
        "sender": organization.name,
        "number": number.address if number else "",
        "happenings": happenings,
        "state": _state(organization, phone, happenings),
        "may": _may(organization, consumer, at),
        "now": at,
        "zone": organization.time_zone,
        "to_try": TO_TRY,
    }


def _said(text: PaperText) -> Said:
    return Said(text=text.body, at=text.at, ours=text.direction == "out")


def _name(consumer: Consumer | None) -> str:
    return str(consumer) if consumer else ""


def _may(organization: Organization, consumer: Consumer | None, at: datetime) -> dict[str, Any] | None:
    """May we write to them now? The sentence, its tone, and the next lawful moment."""
    account = Account.objects.of(organization).filter(consumer=consumer).order_by("-pk").first()
    if consumer is None or account is None:
        return None
    return _told(contactability(account=account, channel="sms", at=at), consumer.first_name, organization.time_zone)


def _told(verdict: dict[str, Any], name: str, zone: str) -> dict[str, Any]:
    if verdict["outcome"] == "allow":
        return {"tone": "good", "icon": "check", "text": f"A text to {name} may leave now."}
    why = next((it["say"] for it in verdict["because"] if it["outcome"] == verdict["outcome"]), "")
    if verdict["outcome"] != "defer" or not verdict["next_allowed_at"]:
        return {"tone": "stop", "icon": "stop", "text": why}
    opens = in_zone(datetime.fromisoformat(str(verdict["next_allowed_at"])), zone)
    text = f"{why} The next text to {name} may leave on {when(opens)}."
    return {"tone": "wait", "icon": "clock", "text": text, "opens": opens}
