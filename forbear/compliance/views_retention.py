"""Compliance > Retention: how long entries stay, and legal holds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.permissions import Permission

from .forms import LegalHoldForm, RetentionForm
from .models import Entry, LegalHold
from .retention import (
    AlreadyHeld,
    change_retention,
    close_legal_hold,
    open_legal_hold,
    retention_of,
    standing_holds,
)


@staff_page(Permission.LOG_READ)
def retention(request: StaffRequest) -> HttpResponse:
    """POST changes how long entries stay; whoever may read the log sees it."""
    chosen = retention_of(request.organization.pk)
    form = RetentionForm(request.POST or None, initial={"years": chosen.years, "erases": chosen.erases})
    if request.method == "POST":
        holder_of(request.user).require(Permission.SETTINGS_WRITE)
        if form.is_valid():
            change_retention(
                organization_id=request.organization.pk,
                actor=request.user.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
            messages.success(request, "Saved.")
            return redirect("compliance_retention")
    return _page(request, form, LegalHoldForm())


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def hold(request: StaffRequest) -> HttpResponse:
    """Begin a legal hold on one account, or on all."""
    form = LegalHoldForm(request.POST)
    account = number_of("acc", form.data.get("account", ""))
    if not form.is_valid() or (form.cleaned_data["account"] and not _has_entries(request, account)):
        form.add_error("account", "There is no account with this id.")
        chosen = retention_of(request.organization.pk)
        return _page(request, RetentionForm(initial={"years": chosen.years, "erases": chosen.erases}), form)
    by = {"actor": request.user.actor, "at": clock.now(), "account_id": account}
    try:
        open_legal_hold(organization_id=request.organization.pk, reason=form.cleaned_data["reason"], **by)
    except AlreadyHeld as refusal:
        messages.error(request, str(refusal))
    return redirect("compliance_retention")


def _has_entries(request: StaffRequest, account: int | None) -> bool:
    return account is not None and Entry.objects.of(request.organization).filter(account_id=account).exists()


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def end_hold(request: StaffRequest, legal_hold: str) -> HttpResponse:
    """End a legal hold. Raises NotFound, NotHeld."""
    mine = LegalHold.objects.filter(organization_id=request.organization.pk, pk=number_of("lgh", legal_hold) or 0)
    row = mine.first()
    if row is None:
        raise NotFound
    close_legal_hold(hold=row, actor=request.user.actor, at=clock.now())
    return redirect("compliance_retention")


def _page(request: StaffRequest, form: RetentionForm, hold_form: LegalHoldForm) -> HttpResponse:
    context = {"form": form, "hold_form": hold_form, "holds": standing_holds(request.organization.pk)}
    return render(request, "compliance/retention.html", context | {"chosen": retention_of(request.organization.pk)})
