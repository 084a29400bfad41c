"""Paper mailboxes and calls: letters read and answered as the consumer would, calls as they went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from forbear.accounts.states import PointKind
from forbear.core import clock
from forbear.core.phone import readable
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.models import Organization
from forbear.staff.permissions import Permission
from forbear.wording.scripts import parts_of

from . import actions, queries
from .behind import behind
from .choosing import chosen, name_at, options
from .forms import ANSWERED, AnswerForm, CallForm, TakesForm
from .models import PaperText
from .phones import write_from_phone
from .states import Answers, Takes

SHOWN = 50


@require_GET
@staff_page(Permission.SANDBOX_WRITE)
def paper_mailbox(request: StaffRequest) -> HttpResponse:
    """The chosen mailbox, or the one that was written to last, with one letter open: the newest, unless told."""
    actions.require_sandbox()
    organization = request.organization
    boxes = queries.recent_phones(organization, channels=["email"])
    mailbox = chosen(request, boxes, kind=PointKind.EMAIL)
    letters = list(queries.texts_of_phone(organization, mailbox).order_by("-pk")[:SHOWN]) if mailbox else []
    asked = request.GET.get("letter", "")
    opened = next((letter for letter in letters if str(letter.pk) == asked), None)
    shown: dict[str, Any] = {
        "boxes": options(boxes, mailbox, organization),
        "chosen": mailbox,
        "name": name_at(organization, mailbox),
        "letters": letters,
        "letter": opened or (letters[0] if letters else None),
        "asked": opened is not None,
        "form": TakesForm(initial=queries.noted_taking(mailbox)),
    }
    return render(request, "sandbox/mailbox.html", shown | _around(organization, mailbox))


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
    organization = request.organization
    phones = queries.recent_phones(organization, channels=["voice"])
    phone = chosen(request, phones)
    calls = list(queries.calls_of_phone(organization, phone).order_by("-pk")[:SHOWN])[::-1] if phone else []
    shown: dict[str, Any] = {
        "phones": options(phones, phone, organization),
        "chosen": phone,
        "name": name_at(organization, phone) or readable(phone),
        "calls": [(call, _ending(call), parts_of(call.body)) for call in calls],
        "caller": calls[-1].sender if calls else "",
        "form": CallForm(initial=queries.noted_answer(phone)),
    }
    return render(request, "sandbox/calls.html", shown | _around(organization, phone))


def _ending(call: PaperText) -> str:
    return ANSWERED[Answers(call.result)] if call.result else "Under way"


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


@require_POST
@staff_page(Permission.SANDBOX_WRITE)
def take_letters(request: StaffRequest) -> HttpResponse:
    """From now on letters to this mailbox fare like this."""
    actions.require_sandbox()
    mailbox, form = request.GET.get("address", ""), TakesForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose what becomes of a letter.")
    elif queries.is_known_address(request.organization, mailbox):
        actions.take_letters(mailbox=mailbox, word=Takes(form.cleaned_data["takes"]))
        messages.success(request, "Saved. The next letter fares like this.")
    return _back("paper_mailbox", address=mailbox)


def _around(organization: Organization, address: str) -> dict[str, Any]:
    """What stands beside it: what happened behind it, and when it is."""
    happenings = behind(organization, address) if address else []
    return {"happenings": happenings, "zone": organization.time_zone, "now": clock.now(), "sender": organization.name}


def _back(page: str, **query: str) -> HttpResponse:
    return redirect(f"{reverse(page)}?{urlencode(query)}")
