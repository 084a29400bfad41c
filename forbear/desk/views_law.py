"""Settings > Law: the packs, their sources, how old our reading is, and the procedures one may choose."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.policy.loading import standard
from forbear.staff import actions, queries
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.staff.refusals import UnusableSetting

from .law import packs


@staff_page(Permission.SETTINGS_READ)
def law(request: StaffRequest) -> HttpResponse:
    """Law is data that comes with a version, reviewed like code; only safe harbours are chosen here."""
    chosen = queries.fresh(request.organization).elective_packs
    found = packs(clock.now().date(), chosen)
    context = {
        "packs": found,
        "electives": [pack for pack in found if pack.effect],
        "in_force": sum(pack.state == "in_force" for pack in found),
        "unreviewed": sum(not pack.reviewed for pack in found),
        "stale": [pack for pack in found if pack.stale],
        "tzdata": standard().tzdata,
        "digest": standard().digest,
    }
    return render(request, "desk/law.html", context)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def choose(request: StaffRequest) -> HttpResponse:
    """Keep to a procedure from now on, or no longer."""
    chosen = request.POST.get("chosen") == "yes"
    try:
        actions.choose_pack(
            organization=request.organization,
            pack=request.POST.get("pack", ""),
            chosen=chosen,
            actor=request.user.actor,
            at=clock.now(),
        )
        messages.success(request, "Kept to from now on." if chosen else "No longer asked for.")
    except UnusableSetting as refusal:
        messages.error(request, refusal.sentence)
    return redirect("settings_law")
