"""Compliance > Retention > a legal hold on one account: find it, say why, keep its record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission

from .views_bundle import accounts_by


@staff_page(Permission.SETTINGS_WRITE)
def hold_one(request: StaffRequest) -> HttpResponse:
    """Accounts by number, name, telephone number or address; one of them is held."""
    asked = request.GET.get("q", "").strip()[:60]
    accounts, more = accounts_by(request.organization, asked)
    return render(request, "desk/legal_hold.html", {"asked": asked, "accounts": accounts, "more": more})
