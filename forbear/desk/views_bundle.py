"""Compliance > Bundle for one account: find it, and take its record along."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from forbear.accounts.finding import found_by
from forbear.accounts.models import Account
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission

SHOWN = 20


@staff_page(Permission.LOG_READ)
def find_account(request: StaffRequest) -> HttpResponse:
    """Accounts by number, name, telephone number or address; each with its bundle."""
    asked = request.GET.get("q", "").strip()[:60]
    rows = Account.objects.of(request.organization)
    numbers = found_by(rows, request.organization, asked) if asked else []
    accounts = list(rows.filter(pk__in=numbers).select_related("consumer", "creditor").order_by("-pk")[:SHOWN])
    return render(
        request, "desk/bundle.html", {"asked": asked, "accounts": accounts, "more": len(numbers) > len(accounts)}
    )
