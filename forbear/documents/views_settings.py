"""Settings of this room: whether due dates decide about the status of loans."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from forbear.core import clock
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.permissions import Permission

from . import lending


@require_http_methods(["GET", "POST"])
@staff_page(Permission.SETTINGS_READ)
def settings(request: StaffRequest) -> HttpResponse:
    """By hand, or as due dates and payments say."""
    if request.method == "POST":
        holder_of(request.user).require(Permission.SETTINGS_WRITE)
        derive = request.POST.get("derive") == "yes"
        actor = request.user.actor
        lending.let_due_dates_decide(organization=request.organization, derive=derive, actor=actor, at=clock.now())
        messages.success(request, "Saved.")
        return redirect("settings_documents")
    return render(request, "documents/settings.html", {"derives": lending.derives_status(request.organization)})
