"""Pages of the dispatch room: contacts that need a person, and the record of one past decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.core.ids import public_id
from forbear.core.refusal import Refusal
from forbear.policy.loading import standard as law
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.pagination import page_of
from forbear.web.parts import Pair
from forbear.web.wire import found
from forbear.wording.scripts import said

from . import overview, queries, referrals
from .forms import ANSWERED, OPEN, ApproveForm, AskForm, ReferralFilter, RefuseForm
from .models import QueueItem, Referral
from .states import ReferralStatus

SHOWN: Mapping[str, str] = {OPEN: ReferralStatus.OPEN, ANSWERED: overview.ANSWERED}
A_DAY = timedelta(days=1)


@staff_page(Permission.ACCOUNTS_READ)
def needs_a_person(request: StaffRequest) -> HttpResponse:
    """What the rules leave to a person, the newest first."""
    sieve = ReferralFilter(request.GET)
    show = sieve.cleaned_data["show"] if sieve.is_valid() else OPEN
    rows = overview.referrals(request.organization, status=SHOWN.get(show, "")).select_related("account", "consumer")
    page = page_of(request, rows, sorts={"opened": []}, default="-opened", count=True)
    listed = [(row, referrals.explained(row)["because"]) for row in page.items]
    return render(request, "dispatch/referrals.html", {"sieve": sieve, "page": page, "rows": listed, "show": show})


@staff_page(Permission.ACCOUNTS_READ)
def referral(request: StaffRequest, referral_id: str) -> HttpResponse:
    """One of them: what is asked, by which rules, and the answer."""
    return _shown(request, _found(request, referral_id))


@require_POST
@staff_page(Permission.CONTACTS_APPROVE)
def approve(request: StaffRequest, referral_id: str) -> HttpResponse:
    """Answer what this person has read, and nothing that was asked since."""
    row, form = _found(request, referral_id), ApproveForm(request.POST)
    if form.is_valid():
        try:
            referrals.approve(
                referral=row,
                name=request.user.name,
                rules=request.POST.getlist("rules"),
                actor=request.user.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            return _shown(request, row, approve=_told(form, refusal))
        messages.success(request, "Approved. It is judged once more, and leaves if nothing else forbids it.")
        return redirect("referrals")
    return _shown(request, row, approve=form)


@require_POST
@staff_page(Permission.CONTACTS_APPROVE)
def refuse(request: StaffRequest, referral_id: str) -> HttpResponse:
    """The contact is not made."""
    row, form = _found(request, referral_id), RefuseForm(request.POST)
    if form.is_valid():
        try:
            referrals.refuse(
                referral=row, name=request.user.name, actor=request.user.actor, at=clock.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            return _shown(request, row, refuse=_told(form, refusal))
        messages.success(request, "Not approved. Nothing leaves for this contact.")
        return redirect("referrals")
    return _shown(request, row, refuse=form)


@require_POST
@staff_page(Permission.INBOX_WRITE)
def ask(request: StaffRequest, account_id: str) -> HttpResponse:
    """Somebody who may write by hand asks somebody who may approve."""
    rows = Account.objects.of(request.organization).select_related("consumer")
    account, form = found(rows, account_id), AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say what you want to write, and why.")
        return redirect("account_write", account_id)
    try:
        referrals.ask_by_hand(
            account=account, channel="sms", actor=request.user.actor, at=clock.now(), **form.cleaned_data
        )
        messages.success(request, "Asked. Once it is approved you can write.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("account_write", account_id)


def _found(request: StaffRequest, referral_id: str) -> Referral:
    rows = Referral.objects.of(request.organization).select_related("account", "consumer", "item__template_version")
    return found(rows, referral_id)


def _told(form: Any, refusal: Refusal) -> Any:
    """The refusal beside its field, or above the form."""
    for name, sentence in refusal.fields.items() or [("", refusal.sentence)]:
        form.add_error(name if name in form.fields else None, sentence)
    return form


def _shown(request: StaffRequest, row: Referral, **forms: Any) -> HttpResponse:
    explained = referrals.explained(row)
    until = clock.now().replace(second=0, microsecond=0) + A_DAY
    context = {
        "referral": row,
        "verdict": explained,
        "is_open": overview.is_open(row),
        "campaign": public_id("cmp", row.campaign_id) if row.campaign_id else "",
        "approve_form": ApproveForm(initial={"until": until}),
        "refuse_form": RefuseForm(),
        "text": row.note or (said(row.item.body or _wording(row), channel=row.item.channel) if row.item else ""),
    }
    context |= {f"{name}_form": form for name, form in forms.items()}
    return render(request, "dispatch/referral.html", context, status=422 if forms else 200)


def _wording(row: Referral) -> str:
    return row.item.template_version.body if row.item and row.item.template_version else ""


@staff_page(Permission.ACCOUNTS_READ)
def decision(request: StaffRequest, queue_item_id: str) -> HttpResponse:
    """The record of one past decision, as it was kept: sentences, citations, packs, and what was known."""
    rows = QueueItem.objects.of(request.organization).select_related("account", "consumer", "message")
    item = found(rows, queue_item_id)
    verdict, message = queries.explained(item), getattr(item, "message", None)
    context = {
        "item": item,
        "verdict": verdict,
        "judged_at": datetime.fromisoformat(verdict["at"]) if verdict and verdict.get("at") else None,
        "packs": [_pack(label) for label in verdict.get("packs", ())] if verdict else [],
        "used": [_pair(name, value) for name, value in verdict.get("used", {}).items()] if verdict else [],
        "message": message,
        "said": said(message.body, channel=message.channel) if message else "",
    }
    return render(request, "dispatch/decision.html", context)


def _pack(label: str) -> dict[str, Any]:
    """`US-REGF@3f9c2a41`: which pack, which content, and whether that content is in force today."""
    name, _, content = label.partition("@")
    return {"name": name, "hash": content, "stands": label in {pack.label for pack in law().packs}}


def _pair(name: str, value: Any) -> Pair:
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Pair(label=name.replace("_", " ").capitalize(), value=words)
