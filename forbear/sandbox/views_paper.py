"""Paper mailboxes and calls: letters read and answered as the consumer would, calls as they went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from forbear.core import clock
from forbear.core.phone import normalize
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission

from . import actions, queries
from .forms import AnswerForm, CallForm
from .phones import write_from_phone

SHOWN = 50


@require_GET
@staff_page(Permission.SANDBOX_WRITE)
def paper_mailbox(request: StaffRequest) -> HttpResponse:
    """The chosen mailbox, or the one that was written to last."""
    actions.require_sandbox()
    boxes = queries.recent_phones(request.organization, channels=["email"])
    asked = request.GET.get("address", "").strip().casefold()
    known = asked and queries.is_known_address(request.organization, asked)
    chosen = asked if known else (boxes[0]["phone"] if boxes else "")
    letters = queries.texts_of_phone(request.organization, chosen).order_by("-pk")[:SHOWN] if chosen else []
    return render(request, "sandbox/mailbox.html", {"boxes": boxes, "chosen": chosen, "letters": letters})


@require_POST
@staff_page(Permission.SANDBOX_WRITE)
def answer_letter(request: StaffRequest) -> HttpResponse:
    """The consumer writes back."""
    actions.require_sandbox()
    address, form = request.GET.get("address", ""), AnswerForm(request.POST)
    if form.is_valid() and queries.texts_of_phone(request.organization, address).exists():
        given: dict[str, Any] = {"body": form.cleaned_data["body"], "at": clock.now()}
        try:
            write_from_phone(phone=address, organization=request.organization, **given)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
    return _back("paper_mailbox", address=address)


@require_GET
@staff_page(Permission.SANDBOX_WRITE)
def paper_calls(request: StaffRequest) -> HttpResponse:
    """The calls to the chosen phone, or to the one that was called last, and how it answers."""
    actions.require_sandbox()
    phones = queries.recent_phones(request.organization, channels=["voice"])
    asked = normalize(request.GET.get("phone", ""), request.organization.country) or ""
    known = asked and queries.is_known_address(request.organization, asked)
    chosen = asked if known else (phones[0]["phone"] if phones else "")
    calls = queries.calls_of_phone(request.organization, chosen).order_by("-pk")[:SHOWN] if chosen else []
    form = CallForm(initial=queries.noted_answer(chosen))
    return render(request, "sandbox/calls.html", {"phones": phones, "chosen": chosen, "calls": calls, "form": form})


@require_POST
@staff_page(Permission.SANDBOX_WRITE)
def answer_calls(request: StaffRequest) -> HttpResponse:
    """From now on calls to this phone are answered like this."""
    actions.require_sandbox()
    phone, form = request.GET.get("phone", ""), CallForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose what comes of a call; keys are digits, * and #.")
    elif queries.is_known_address(request.organization, phone):
        actions.answer_calls(phone=phone, **form.cleaned_data)
        messages.success(request, "Saved. The next call is answered like this.")
    return _back("paper_calls", phone=phone)


def _back(page: str, **query: str) -> HttpResponse:
    return redirect(f"{reverse(page)}?{urlencode(query)}")
