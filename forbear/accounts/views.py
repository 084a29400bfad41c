"""Accounts: all of them, narrowed by what is asked, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from forbear.core import clock
from forbear.core.phone import readable
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import NOTHING, day, money
from forbear.web.pagination import Page, page_of

from . import editing, listing, queries
from .downloads import accounts_file
from .finding import MOST
from .forms import AccountFilter
from .models import Account, local_day
from .queries import Wanted
from .segments import wanted_of
from .states import PointKind

SORTS = {"newest": ["id"], "balance": ["balance_minor"], "due": ["due_date"], "score": ["score"]}
BY_NAME = {"name": ["last", "first"]}
# No index has these in order: the few columns are sorted, and what a page shows is read for its rows alone.
UNORDERED = {"balance", "due", "score"}


@dataclass(frozen=True, slots=True)
class Line:
    """An account in a list, with how to reach its person, how late it is, and which channels the person closed.

    What a row shows is looked up once here: fifty rows of lookups in a template take longer than their query.
    """

    account: Account
    person: str
    id: str
    url: str
    about: str
    reach: str
    days: int | None
    due: str
    closed: list[str]
    status: str
    balance: str
    score: int | None


def page_of_accounts(request: StaffRequest, rows: QuerySet[Account]) -> Page[Account]:
    """The page that was asked for, in the order that was asked for."""
    sort = request.GET.get("sort", "").removeprefix("-")
    if sort in UNORDERED:
        page = page_of(request, rows.only("pk", *SORTS[sort]), sorts=SORTS, read=listing.first_of)
        return replace(page, items=listing.in_full(page.items))
    rows = listing.as_listed(rows)
    if sort in BY_NAME:
        return page_of(request, queries.sortable(rows, request.organization), sorts=SORTS | BY_NAME)
    return page_of(request, rows, sorts=SORTS, default="-newest")


def total_of(page: Page[Account], rows: QuerySet[Account]) -> int | None:
    """How many there are; None for more than are counted. A list of one page is not counted again."""
    alone = page.cursor is None and page.next_cursor is None
    return len(page.items) if alone else queries.counted(rows)


def lines_of(request: StaffRequest, accounts: Iterable[Account], today: date) -> list[Line]:
    """The rows of a page, with one read for the addresses and one for the marks of all of them."""
    rows = list(accounts)
    reached = listing.addresses_of({account.consumer_id for account in rows}) if rows else {}
    closed = listing.opted_out(request.organization, reached) if rows else {}
    return [_line(one, today, reached[one.consumer_id], closed.get(one.consumer_id, [])) for one in rows]


def _line(account: Account, today: date, addresses: list[tuple[str, str]], closed: list[str]) -> Line:
    phone = listing.primary(addresses, PointKind.PHONE)
    return Line(
        account=account,
        person=str(account.consumer) or "Without a name",
        id=account.public_id,
        url=reverse("account", args=[account.public_id]),
        about=f"{account.number or account.external_id or ''} {account.creditor or ''}".strip(),
        reach=readable(phone) if phone else listing.primary(addresses, PointKind.EMAIL) or NOTHING,
        days=account.days_past_due(today),
        due=day(account.due_date) if account.due_date else NOTHING,
        closed=closed,
        status=account.status,
        balance=money(account.balance),
        score=account.score,
    )


def today_of(request: StaffRequest, at: datetime) -> date:
    return local_day(at, request.organization.time_zone)


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def accounts(request: StaffRequest) -> HttpResponse:
    """Every debt, narrowed by status, days past due, list, campaign and words."""
    form, wanted = asked_of(request)
    today = today_of(request, clock.now())
    rows = queries.accounts(request.organization, wanted, today=today)
    page = page_of_accounts(request, rows)
    total = total_of(page, rows) if wanted else None
    context = {
        "page": replace(page, total=total),
        "cut": bool(wanted.q) and total == MOST,
        "lines": lines_of(request, page.items, today),
        "form": form,
        "filtered": bool(wanted),
        "counted": queries.COUNTED,
        "files": downloads(request.GET, reverse("accounts_export", args=["csv"])),
        "narrowed": any(form.words().get(bound.name) for bound in form.more),
        "words": {name: value for name, value in form.words().items() if value},
    }
    return render(request, "accounts/accounts.html", context)


def asked_of(request: StaffRequest) -> tuple[AccountFilter, Wanted]:
    lists, campaigns = queries.choices(request.organization)
    form = AccountFilter(request.GET, lists=lists, campaigns=campaigns)
    return form, wanted_of(form.words())


def downloads(asked: QueryDict, url: str) -> list[tuple[str, str]]:
    """The same selection as a file in both kinds: pairs of word and address."""
    query = asked.copy()
    for word in ("sort", "cursor"):
        query.pop(word, None)
    tail = f"?{query.urlencode()}" if query else ""
    return [("CSV", url + tail), ("XLSX", url.removesuffix("csv") + "xlsx" + tail)]


@require_GET
@staff_page(Permission.ACCOUNTS_READ)
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The accounts that were asked for, with all standard and custom columns."""
    at = clock.now()
    _, wanted = asked_of(request)
    rows: QuerySet[Any] = queries.accounts(request.organization, wanted, today=today_of(request, at), whole=True)
    counted = queries.counted(rows)
    editing.note_export(organization=request.organization, accounts=counted, actor=request.user.actor, at=at)
    return accounts_file(rows, request.organization, "accounts", kind)
