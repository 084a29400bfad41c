"""Compliance > Bundle for one account: find it, and take its record along."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from forbear.accounts.finding import found_by
from forbear.accounts.models import Account
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.models import Organization
from forbear.staff.permissions import Permission

SHOWN = 20


@staff_page(Permission.LOG_READ)
def find_account(request: StaffRequest) -> HttpResponse:
    """Accounts by number, name, telephone number or address; each with its bundle."""
    asked = request.GET.get("q", "").strip()[:60]
    accounts, more = accounts_by(request.organization, asked)
    return render(request, "desk/bundle.html", {"asked": asked, "accounts": accounts, "more": more})


def accounts_by(organization: Organization, words: str) -> tuple[list[Account], bool]:
    """At most SHOWN accounts that answer to the words, the newest first, and whether there are more."""
    rows = Account.objects.of(organization)
    numbers = found_by(rows, organization, words) if words else []
    accounts = list(rows.filter(pk__in=numbers).select_related("consumer", "creditor").order_by("-pk")[:SHOWN])
    return accounts, len(numbers) > len(accounts)
