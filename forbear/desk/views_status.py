"""An account's status, changed by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from forbear.accounts import standing
from forbear.accounts.models import Account
from forbear.accounts.states import Status
from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.wire import found

from .forms import StatusForm


@require_http_methods(["GET", "POST"])
@staff_page(Permission.ACCOUNTS_WRITE)
def change_status(request: StaffRequest, public: str) -> HttpResponse:
    """To another status, with the reason; the present one decides where it can go."""
    one = found(Account.objects.of(request.organization).select_related("consumer"), public)
    form = StatusForm(request.POST or None, account=one, auto_id="status_%s")
    if form.is_bound and form.is_valid():
        to, why = Status(form.cleaned_data["status"]), form.cleaned_data["reason"]
        try:
            standing.change(account=one, to=to, reason=why, actor=request.user.actor, at=clock.now())
        except Refusal as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"The account of {one.consumer} is now {to.replace('_', ' ')}.")
            return redirect("account", public)
    context = {"account": one, "form": form, "title": "Change the status", "url_name": "account_status", "more": ()}
    return render(request, "desk/again.html", context, status=422 if form.errors else 200)
