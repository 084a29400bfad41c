"""The page of all interactions."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.pagination import page_of

from . import interactions
from .forms import InteractionFilter


@staff_page(Permission.ACCOUNTS_READ)
def interaction_list(request: StaffRequest) -> HttpResponse:
    """Every contact of the house, the newest first."""
    sieve = InteractionFilter(request.GET)
    asked = sieve.cleaned_data if sieve.is_valid() else {}
    rows = interactions.interactions(request.organization, **asked)
    page = page_of(request, rows, sorts={"newest": []}, default="-newest")
    context = {
        "sieve": sieve,
        "page": page,
        "rows": interactions.told(page.items, request.organization),
        "asked": any(asked.values()),
    }
    return render(request, "desk/interactions.html", context)
