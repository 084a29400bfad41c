"""Settings > Law: the packs, their sources, and how old our reading is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from forbear.core import clock
from forbear.policy.loading import standard
from forbear.staff.access import staff_page
from forbear.staff.permissions import Permission

from .law import packs


@staff_page(Permission.SETTINGS_READ)
def law(request: HttpRequest) -> HttpResponse:
    """Read only: law is data that comes with a version, reviewed like code."""
    found = packs(clock.now().date())
    context = {
        "packs": found,
        "in_force": sum(pack.state == "in_force" for pack in found),
        "unreviewed": sum(not pack.reviewed for pack in found),
        "stale": [pack for pack in found if pack.stale],
        "tzdata": standard().tzdata,
        "digest": standard().digest,
    }
    return render(request, "desk/law.html", context)
