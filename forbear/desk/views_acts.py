"""Recording what a person did or said, from an account's page; taking back what was recorded by mistake."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from forbear.accounts.models import Account
from forbear.consent import ledger
from forbear.consent.models import Act
from forbear.core import clock
from forbear.core.refusal import Invalid, WrongState
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.wire import found

from .acts import new_act
from .forms import ActForm, VoidForm


@staff_page(Permission.CONSENT_WRITE)
def record_act(request: StaffRequest, public: str) -> HttpResponse:
    """The form by itself: what happened, their words, and what the kind needs."""
    one, at = _account(request, public), clock.now()
    addresses = [point.address for point in one.consumer.points.all()]
    form = ActForm(request.POST or None, addresses=addresses)
    if form.is_valid():
        act = new_act(one, form.cleaned_data, at)
        try:
            ledger.record_acts(organization=request.organization, acts=[act], actor=request.user.actor, at=at)
            messages.success(request, "Recorded. It counts from now on.")
            return redirect("account", public)
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
            for name, sentence in refusal.fields.items():
                form.add_error(None, f"{name.removeprefix('details.').replace('_', ' ').capitalize()}: {sentence}")
    return _asked(request, one, form, "Record what they said", status=422 if form.errors else 200)


@staff_page(Permission.CONSENT_LIFT)
def void_act(request: StaffRequest, public: str, act: str) -> HttpResponse:
    """It stays on record, with the reason; what followed from it ends."""
    one = _account(request, public)
    row = found(Act.objects.of(request.organization).filter(consumer_id=one.consumer_id), act)
    form = VoidForm(request.POST or None)
    if form.is_valid():
        try:
            ledger.void_act(act=row, reason=form.cleaned_data["reason"], actor=request.user.actor, at=clock.now())
            messages.success(request, "Taken back.")
        except WrongState as refusal:
            messages.error(request, refusal.sentence)
        return redirect("account", public)
    return _asked(request, one, form, "Take it back", status=422 if form.errors else 200)


def _account(request: StaffRequest, public: str) -> Account:
    rows = Account.objects.of(request.organization).select_related("consumer", "organization")
    return found(rows.prefetch_related("consumer__points"), public)


def _asked(request: StaffRequest, one: Account, form: ActForm | VoidForm, title: str, *, status: int) -> HttpResponse:
    return render(request, "desk/again.html", {"account": one, "form": form, "title": title}, status=status)
