"""Accounts, contact lists, and the people on one list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission, permissions_of
from forbear.web.exports import csv_response, xlsx_response
from forbear.web.pagination import page_of
from forbear.web.wire import found, numbered

from . import actions, queries
from .forms import AccountFilter, ListFilter, NameForm
from .models import Account, ContactList, ContactPoint, local_day
from .states import Bucket, PointKind

LIST_SORTS = {"created": ["id"], "name": ["name"]}


@dataclass(frozen=True, slots=True)
class Line:
    """An account in a list, with how to reach its person and how late it is."""

    account: Account
    points: list[ContactPoint]
    days: int | None
    bucket: Bucket | None

    @property
    def phone(self) -> str:
        return next((point.address for point in self.points if point.kind == PointKind.PHONE), "")

    @property
    def email(self) -> str:
        return next((point.address for point in self.points if point.kind == PointKind.EMAIL), "")


def _lines(accounts: list[Account], on: date) -> list[Line]:
    points = queries.addresses_of(accounts)
    return [
        Line(account, points.get(account.consumer_id, []), account.days_past_due(on), account.bucket(on))
        for account in accounts
    ]


def _today(request: StaffRequest) -> date:
    return local_day(clock.now(), request.organization.time_zone)


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def accounts(request: StaffRequest) -> HttpResponse:
    """Every debt, filtered by status, days past due, list, campaign and words."""
    form = AccountFilter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    on = _today(request)
    rows = queries.accounts(
        request.organization,
        on=on,
        status=given.get("status", ""),
        bucket=given.get("bucket", ""),
        contact_list=numbered(ContactList.prefix, given.get("list", "")),
        campaign=numbered("cmp", given.get("campaign", "")),
        words=given.get("q", ""),
    )
    page = _page(request, rows)
    context = {
        "page": page,
        "lines": _lines(page.items, on),
        "counted": queries.counted(rows),
        "form": form,
        "filtered": any(given.values()),
        "of_list": _list_named(request, given.get("list", "")),
        "may_write": Permission.ACCOUNTS_WRITE in permissions_of(request.user.role),
    }
    return render(request, "accounts/accounts.html", context)


def _page(request: StaffRequest, rows: Any) -> Any:
    if request.GET.get("sort", "").lstrip("-") == "name":
        rows = queries.by_name(rows)
        return page_of(request, rows, sorts=queries.ACCOUNT_SORTS, default="-newest")
    sorts = {name: columns for name, columns in queries.ACCOUNT_SORTS.items() if name != "name"}
    return page_of(request, rows, sorts=sorts, default="-newest")


def _list_named(request: StaffRequest, public: str) -> ContactList | None:
    number = number_of(ContactList.prefix, public)
    return ContactList.objects.of(request.organization).filter(pk=number).first() if number else None


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def contact_lists(request: StaffRequest) -> HttpResponse:
    """All lists, the newest first."""
    form = ListFilter(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    rows = queries.contact_lists(request.organization, words=words)
    page = page_of(request, rows, sorts=LIST_SORTS, default="-created", count=True)
    sizes = queries.sizes_of(page.items)
    context = {
        "page": page,
        "lists": [(one, sizes.get(one.pk, 0)) for one in page.items],
        "form": form,
        "filtered": bool(words),
        "may_write": Permission.ACCOUNTS_WRITE in permissions_of(request.user.role),
    }
    return render(request, "accounts/contact_lists.html", context)


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def contact_list(request: StaffRequest, public: str) -> HttpResponse:
    """Who is on one list."""
    return _show_list(request, _list(request, public), NameForm(contact_list=_list(request, public)))


def _show_list(request: StaffRequest, one: ContactList, name_form: NameForm, status: int = 200) -> HttpResponse:
    form = ListFilter(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    on = _today(request)
    rows = queries.accounts(request.organization, on=on, contact_list=one.pk, words=words)
    page = _page(request, rows)
    may = permissions_of(request.user.role)
    context = {
        "list": one,
        "page": page,
        "lines": _lines(page.items, on),
        "size": queries.sizes_of([one]).get(one.pk, 0),
        "form": form,
        "filtered": bool(words),
        "name_form": name_form,
        "may_write": Permission.ACCOUNTS_WRITE in may,
        "may_campaign": Permission.CAMPAIGNS_WRITE in may,
    }
    return render(request, "accounts/contact_list.html", context, status=status)


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def rename(request: StaffRequest, public: str) -> HttpResponse:
    """Give a list another name."""
    one = _list(request, public)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            actions.rename_list(
                contact_list=one, name=form.cleaned_data["name"], actor=request.user.actor, at=clock.now()
            )
        except Refusal as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, f"The list is called “{one.name}” now.")
            return redirect("contact_list", public)
    return _show_list(request, one, form, status=422)


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def delete(request: StaffRequest, public: str) -> HttpResponse:
    """The list goes, its accounts stay."""
    one = _list(request, public)
    actions.delete_list(contact_list=one, actor=request.user.actor, at=clock.now())
    messages.success(request, f"The list “{one.name}” is gone; its accounts are still here.")
    return redirect("contact_lists")


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def remove(request: StaffRequest, public: str) -> HttpResponse:
    """Take the ticked accounts off the list."""
    one = _list(request, public)
    ticked = [number_of(Account.prefix, word) or 0 for word in request.POST.getlist("account")]
    removed = actions.remove_members(contact_list=one, accounts=ticked, actor=request.user.actor, at=clock.now())
    messages.success(request, f"{removed} taken off the list; their accounts are still here.")
    return redirect("contact_list", public)


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def export(request: StaffRequest, public: str, kind: str) -> HttpResponseBase:
    """Everybody on the list as CSV or XLSX, custom fields included."""
    one = _list(request, public)
    actions.note_export(contact_list=one, actor=request.user.actor, at=clock.now())
    fields = queries.known_fields(request.organization)
    rows = queries.accounts(request.organization, on=_today(request), contact_list=one.pk)
    answer = csv_response if kind == "csv" else xlsx_response
    name = one.name.removesuffix(".csv").removesuffix(".xlsx")
    return answer(f"{name}.{kind}", [*queries.EXPORTED, *fields], queries.export_rows(rows, fields))


def _list(request: StaffRequest, public: str) -> ContactList:
    return found(ContactList.objects.of(request.organization), public)
