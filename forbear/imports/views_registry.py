"""The page that takes a file of numbers and addresses into the do-not-contact registry."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from forbear.consent.bulk import Recorded
from forbear.consent.states import OptOutChannel
from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.doors import refusals_on
from forbear.staff.permissions import Permission
from forbear.web.formats import plural

from . import registry, uploads
from .forms import RegistryForm


@staff_page(Permission.CONSENT_WRITE)
def registry_file(request: StaffRequest) -> HttpResponse:
    """Whoever stands in the file is left alone at once; what cannot be used is named by row and column."""
    form = RegistryForm(request.POST or None, request.FILES or None)
    done = None
    if form.is_valid():
        with refusals_on(form, Refusal):
            done = _recorded(request, form)
    if done is not None:
        already = f", {done.already:,} stood already" if done.already else ""
        messages.success(request, f"{plural(done.recorded, 'opt-out')} recorded{already}.")
        if not done.rejected:
            return redirect("opt_outs")
    context = {"form": form, "rejected": done.rejected if done else []}
    return render(request, "imports/registry.html", context, status=422 if form.errors else 200)


def _recorded(request: StaffRequest, form: forms.Form) -> Recorded:
    given = form.cleaned_data
    file = given["file"]
    kept, _ = uploads.keep(file, file.name, request.organization.pk)
    try:
        return registry.record_file(
            organization=request.organization,
            path=uploads.path_of(kept),
            filename=file.name,
            channel=OptOutChannel(given["channel"]),
            notes=given["notes"],
            actor=request.user.actor,
            at=clock.now(),
        )
    finally:
        uploads.discard(kept)
