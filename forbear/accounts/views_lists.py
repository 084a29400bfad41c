"""Contact lists, and the people on one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import plural
from forbear.web.pagination import page_of
from forbear.web.wire import found

from . import actions, queries
from .downloads import accounts_file
from .finding import MOST
from .forms import NameFilter, NameForm, WordFilter
from .models import Account, ContactList
from .queries import LastImport, Wanted
from .views import downloads, lines_of, page_of_accounts, today_of, total_of

SORTS = {"created": ["id"], "name": ["folded"]}


@dataclass(frozen=True, slots=True)
class Line:
    """A list among others: how many are on it, and the newest file that was put on it."""

    contact_list: ContactList
    size: int
    last: LastImport | None


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def contact_lists(request: StaffRequest) -> HttpResponse:
    """All lists, the newest first."""
    form = NameFilter(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    page = page_of(
        request,
        queries.contact_lists(request.organization, q=q),
        sorts=SORTS,
        default="-created",
        count=True,
    )
    shown = [one.pk for one in page.items]
    sizes, files = queries.sizes_of(shown), queries.last_imports(shown)
    context = {
        "page": page,
        "lines": [Line(one, sizes.get(one.pk, 0), files.get(one.pk)) for one in page.items],
        "form": form,
        "filtered": bool(q),
    }
    return render(request, "accounts/contact_lists.html", context)


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def contact_list(request: StaffRequest, public: str) -> HttpResponse:
    """Who is on one list."""
    one = found(queries.with_sizes(ContactList.objects.of(request.organization)), public)
    size = queries.whole_size(one)
    today = today_of(request, clock.now())
    form = WordFilter(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    rows = _members(request, one, today, q)
    page = page_of_accounts(request, rows)
    total = total_of(page, rows) if q else size
    context = {
        "list": one,
        "page": replace(page, total=total),
        "cut": bool(q) and total == MOST,
        "lines": lines_of(request, page.items, today),
        "size": size,
        "file": queries.last_imports([one.pk]).get(one.pk),
        "form": form,
        "filtered": bool(q),
        "rename_form": NameForm(initial={"name": one.name}),
        "files": downloads(request.GET, reverse("contact_list_export", args=[public, "csv"])),
    }
    return render(request, "accounts/contact_list.html", context)


def list_of(request: StaffRequest, public: str) -> ContactList:
    """The organization's contact list. Raises NotFound."""
    return found(ContactList.objects.of(request.organization), public)


def _members(request: StaffRequest, one: ContactList, today: date, q: str, *, whole: bool = False) -> QuerySet[Account]:
    return queries.accounts(request.organization, Wanted(contact_list=one.pk, q=q), today=today, whole=whole)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.ACCOUNTS_WRITE)
def rename(request: StaffRequest, public: str) -> HttpResponse:
    """Give a list another name."""
    one = list_of(request, public)
    form = NameForm(request.POST or None, initial={"name": one.name})
    if form.is_bound and form.is_valid():
        try:
            actions.rename_list(
                contact_list=one, name=form.cleaned_data["name"], actor=request.user.actor, at=clock.now()
            )
        except Refusal as refused:
            form.add_error("name", refused.sentence)
        else:
            messages.success(request, f"The list is called “{one.name}” now.")
            return redirect("contact_list", public)
    context = {"list": one, "form": form, "size": queries.members_on(one)}
    return render(request, "accounts/rename.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.ACCOUNTS_WRITE)
def delete(request: StaffRequest, public: str) -> HttpResponse:
    """The list goes, its accounts stay. GET asks once more."""
    one = list_of(request, public)
    refusal = ""
    if request.method == "POST":
        try:
            actions.delete_list(contact_list=one, actor=request.user.actor, at=clock.now())
        except Refusal as refused:
            refusal = refused.sentence
        else:
            messages.success(request, f"The list “{one.name}” is deleted; its accounts are still here.")
            return redirect("contact_lists")
    context: dict[str, Any] = {"list": one, "size": queries.members_on(one), "refusal": refusal}
    return render(request, "accounts/delete.html", context, status=409 if refusal else 200)


@require_POST
@staff_page(Permission.ACCOUNTS_WRITE)
def remove(request: StaffRequest, public: str) -> HttpResponse:
    """Take the chosen accounts off the list."""
    one = list_of(request, public)
    chosen = [number_of(Account.prefix, word) or 0 for word in request.POST.getlist("account")]
    if not chosen:
        messages.error(request, "Choose at least one contact first.")
        return redirect("contact_list", public)
    removed = actions.remove_members(contact_list=one, accounts=chosen, actor=request.user.actor, at=clock.now())
    messages.success(request, f"{plural(removed, 'contact')} taken off the list; the accounts are still here.")
    return redirect("contact_list", public)


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def export(request: StaffRequest, public: str, kind: str) -> HttpResponseBase:
    """Everybody on the list, or who answers to `?q=`, with all standard and custom columns."""
    one, at = list_of(request, public), clock.now()
    form = WordFilter(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    rows = _members(request, one, today_of(request, at), q, whole=True)
    actions.note_export(contact_list=one, actor=request.user.actor, at=at)
    return accounts_file(rows, request.organization, one.name, kind)
