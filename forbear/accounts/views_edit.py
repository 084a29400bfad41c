"""One account and its person, changed by hand."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.wire import found

from . import editing, reaching
from .forms import AccountForm, ClosingForm, PointForm
from .models import Account, ContactPoint
from .reaching import Reach
from .states import Place, PointKind, Provenance


@require_http_methods(["GET", "POST"])
@staff_page(Permission.ACCOUNTS_WRITE)
def edit(request: StaffRequest, public: str) -> HttpResponse:
    """Standard and custom fields of an account and of its person, both or neither."""
    account = _account(request, public)
    form = AccountForm(request.POST or None, account=account)
    if form.is_bound and form.is_valid():
        try:
            _save(request, account, form)
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Saved.")
            return redirect("account", public)
    return _editor(request, account, form, PointForm())


def _save(request: StaffRequest, account: Account, form: AccountForm) -> None:
    actor, at = request.user.actor, clock.now()
    with transaction.atomic():
        editing.update_consumer(consumer=account.consumer, changes=form.person(), actor=actor, at=at)
        editing.update_account(account=account, changes=form.debt(), actor=actor, at=at)


def _editor(request: StaffRequest, account: Account, form: AccountForm, point_form: PointForm) -> HttpResponse:
    context = {
        "account": account,
        "form": form,
        "points": account.consumer.points.order_by("-kind", "position", "pk"),
        "point_form": point_form,
    }
    wrong = form.errors or point_form.errors
    return render(request, "accounts/edit.html", context, status=422 if wrong else 200)


def _account(request: StaffRequest, public: str) -> Account:
    rows = Account.objects.of(request.organization).select_related("consumer__organization", "creditor")
    return found(rows, public)


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def add_point(request: StaffRequest, public: str) -> HttpResponse:
    """Another telephone number or e-mail address."""
    account = _account(request, public)
    form = PointForm(request.POST)
    if form.is_valid():
        try:
            reach = _reach(form)
            reaching.add_point(consumer=account.consumer, reach=reach, actor=request.user.actor, at=clock.now())
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Added.")
            return redirect("account_edit", public)
    return _editor(request, account, AccountForm(account=account), form)


def _reach(form: PointForm) -> Reach:
    given = form.cleaned_data
    mail = "@" in given["address"]
    place = Place.UNKNOWN if mail else Place(given["place"])
    kind = PointKind.EMAIL if mail else PointKind.PHONE
    return Reach(kind, given["address"], place, Provenance(given["provenance"]))


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def close_point(request: StaffRequest, public: str, point_id: str) -> HttpResponse:
    """Nobody is written to there any more."""
    point = _point(request, public, point_id)
    form = ClosingForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    reaching.close_point(point=point, reason=reason, actor=request.user.actor, at=clock.now())
    messages.success(request, "Closed: nothing is sent there any more.")
    return redirect("account_edit", public)


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def reopen_point(request: StaffRequest, public: str, point_id: str) -> HttpResponse:
    """It may be used again; opt-outs stay as they are."""
    point = _point(request, public, point_id)
    reaching.reopen_point(point=point, actor=request.user.actor, at=clock.now())
    messages.success(request, "Open again. An opt-out of the address still binds.")
    return redirect("account_edit", public)


def _point(request: StaffRequest, public: str, point_id: str) -> ContactPoint:
    account = _account(request, public)
    rows = ContactPoint.objects.of(request.organization).filter(consumer=account.consumer_id)
    return found(rows.select_related("consumer"), point_id)
