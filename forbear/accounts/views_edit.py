"""One account and its person, corrected by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.wire import found

from . import editing
from .forms import AccountForm, PointForm
from .models import Account, ContactPoint


@require_http_methods(["GET", "POST"])
@staff_page(Permission.ACCOUNTS_WRITE)
def edit(request: StaffRequest, public: str) -> HttpResponse:
    """Standard and custom fields of an account and of its person."""
    account = _account(request, public)
    form = AccountForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        who, at = request.user.actor, clock.now()
        try:
            editing.change_account(account=account, changes=form.debt(), actor=who, at=at)
            editing.change_consumer(consumer=account.consumer, changes=form.person(), actor=who, at=at)
        except Refusal as refusal:
            form.add_error(next(iter(refusal.fields), None), refusal.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("account", public)
    return _editor(request, account, form, PointForm())


def _editor(
    request: StaffRequest, account: Account, form: AccountForm, point_form: PointForm, status: int = 200
) -> HttpResponse:
    context = {
        "account": account,
        "form": form,
        "custom": [form[f"custom-{at}"] for at in range(len(form.custom_names))],
        "points": account.consumer.points.order_by("kind", "position", "pk"),
        "point_form": point_form,
    }
    return render(request, "accounts/edit.html", context, status=status)


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def add_point(request: StaffRequest, public: str) -> HttpResponse:
    """Another telephone number or e-mail address."""
    account = _account(request, public)
    form = PointForm(request.POST)
    if form.is_valid():
        try:
            editing.add_point(
                consumer=account.consumer,
                country=request.organization.country,
                actor=request.user.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error("address", refusal.sentence)
        else:
            return redirect("account_edit", public)
    return _editor(request, account, AccountForm(account=account), form, status=422)


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def close_point(request: StaffRequest, public: str, point: str) -> HttpResponse:
    """Nothing is sent there any more."""
    account = _account(request, public)
    row = found(ContactPoint.objects.of(request.organization).filter(consumer=account.consumer_id), point)
    editing.close_point(point=row, reason="closed by hand", actor=request.user.actor, at=clock.now())
    return redirect("account_edit", public)


def _account(request: StaffRequest, public: str) -> Account:
    return found(Account.objects.of(request.organization).select_related("consumer", "creditor"), public)
