"""What a person does about one account's money: its ledger, a payment, a promise, an adjustment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from forbear.accounts.models import Account, local_day
from forbear.core import clock
from forbear.core.money import Money
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.doors import refusals_on
from forbear.staff.permissions import Permission
from forbear.web.formats import money
from forbear.web.pagination import page_of
from forbear.web.wire import found

from . import actions, promising, queries
from .forms import AdjustForm, AmountForm, PaymentForm, PromiseForm
from .states import EntryKind, PromiseSource

ENTRIES = {"newest": ["id"]}


def _account(request: StaffRequest, public: str) -> Account:
    return found(Account.objects.of(request.organization).select_related("consumer", "organization"), public)


@staff_page(Permission.PAYMENTS_READ)
def ledger(request: StaffRequest, public: str) -> HttpResponse:
    """Everything that moved the balance, the newest first."""
    one = _account(request, public)
    sums = queries.sums_of(one)
    page = page_of(request, queries.entries_of(one), sorts=ENTRIES, default="-newest")
    return render(request, "payments/ledger.html", {"account": one, "page": page, "pairs": queries.pairs_of(one, sums)})


@staff_page(Permission.PAYMENTS_WRITE)
def pay(request: StaffRequest, public: str) -> HttpResponse:
    """Record money that came in."""
    one, at = _account(request, public), clock.now()
    today = local_day(at, request.organization.time_zone)
    form = PaymentForm(request.POST or None, currency=one.currency, initial={"paid_on": today})
    if form.is_valid():
        with refusals_on(form, Refusal):
            payment = actions.record_payment(
                organization=request.organization, account=one, **form.cleaned_data, actor=request.user.actor, at=at
            )
            messages.success(request, f"Recorded: {one.consumer} paid {money(payment.amount)}.")
            return redirect("account", public)
    return _form_page(request, one, form, "Record a payment")


@staff_page(Permission.PROMISES_WRITE)
def promise(request: StaffRequest, public: str) -> HttpResponse:
    """Write down what the consumer promises."""
    one = _account(request, public)
    initial = {"amount": one.balance.plain(), "source": PromiseSource.STAFF}
    form = PromiseForm(request.POST or None, currency=one.currency, initial=initial)
    if form.is_valid():
        with refusals_on(form, Refusal):
            made = promising.make_promise(account=one, **form.cleaned_data, actor=request.user.actor, at=clock.now())
            messages.success(request, f"Recorded: {one.consumer} pays {money(made.amount)}. The engine waits.")
            return redirect("account", public)
    return _form_page(request, one, form, "Record a promise")


@staff_page(Permission.PAYMENTS_WRITE)
def adjust(request: StaffRequest, public: str) -> HttpResponse:
    """Correct the balance, or add a fee."""
    one = _account(request, public)
    form = AdjustForm(request.POST or None, currency=one.currency)
    if form.is_valid():
        with refusals_on(form, Refusal):
            _adjust(request, one, form.cleaned_data)
            messages.success(request, "The balance is adjusted.")
            return redirect("account", public)
    return _form_page(request, one, form, "Adjust the balance")


def _adjust(request: StaffRequest, one: Account, given: dict[str, Any]) -> None:
    amount: Money = given["amount"]
    signed = Money(-amount.minor, amount.currency) if given["kind"] == "less" else amount
    kind = EntryKind.FEE if given["kind"] == "fee" else EntryKind.ADJUSTMENT
    by = {"actor": request.user.actor, "at": clock.now()}
    actions.adjust(account=one, amount=signed, kind=kind, reason=given["reason"], **by)


def _form_page(request: StaffRequest, one: Account, form: AmountForm, title: str) -> HttpResponse:
    context = {"account": one, "form": form, "title": title, "pairs": queries.pairs_of(one, queries.sums_of(one))}
    return render(request, "payments/account_form.html", context, status=422 if form.errors else 200)
