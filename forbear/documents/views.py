"""Documents: the list with its cards, and one document with its loan, its people and its outreach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from forbear.accounts.models import local_day
from forbear.accounts.queries import counted
from forbear.compliance.models import Entry
from forbear.compliance.words import tell
from forbear.core import clock
from forbear.core.phone import readable
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission, permissions_of
from forbear.web.pagination import Page, page_of
from forbear.web.parts import Figure, Pair
from forbear.web.wire import found

from . import forms, logbook, queries
from .models import Document, Loan, Outreach, Party
from .queries import Stats, Wanted, borrower_of
from .running import fates
from .states import LoanStatus, PartyRole
from .views_start import start_form

SORTS = {"updated": ["updated_at"], "title": ["title"]}
BY_LOAN = {"remaining": ["remaining"], "due": ["due"]}
LAST_ENTRIES = 25


@dataclass(frozen=True, slots=True)
class Line:
    """A document in the list, looked up once."""

    document: Document
    id: str
    loan: Loan | None
    borrower: str
    days: int | None
    outreach: Outreach | None


@require_GET
@staff_page(Permission.DOCUMENTS_READ)
def documents(request: StaffRequest) -> HttpResponse:
    """Every agreement, narrowed by its loan, what it is about, how late it is, and words."""
    form = forms.DocumentFilter(request.GET)
    wanted, today = form.wanted(), today_of(request, clock.now())
    rows = queries.documents(request.organization, wanted, today=today)
    page = page_of_documents(request, rows)
    figures = queries.stats_lately(request.organization)
    context = {
        "page": replace(page, total=_total(page, rows, wanted, figures)),
        "lines": lines_of(page.items, today),
        "form": form,
        "filtered": bool(wanted),
        "wanted": wanted,
        "cards": cards_of(figures),
        "behind": figures.behind,
        "bulk": _bulk_address(request, wanted),
    }
    return render(request, "documents/documents.html", context)


def page_of_documents(request: StaffRequest, rows: QuerySet[Document]) -> Page[Document]:
    """The page that was asked for, in the order that was asked for."""
    if request.GET.get("sort", "").removeprefix("-") in BY_LOAN:
        page = page_of(request, queries.sortable(rows), sorts=BY_LOAN)
        return replace(page, items=queries.as_sorted(page.items))
    return page_of(request, queries.in_list(rows), sorts=SORTS | BY_LOAN, default="-updated")


def _total(page: Any, rows: Any, wanted: Wanted, figures: Stats) -> int | None:
    """A list of one page, and those that the cards have counted, are not counted again."""
    if page.cursor is None and page.next_cursor is None:
        return len(page.items)
    known = {
        Wanted(): figures.total,
        Wanted(loan="with"): figures.with_loan,
        Wanted(loan="without"): figures.total - figures.with_loan,
        Wanted(loan="behind"): figures.behind,
        Wanted(loan="current"): figures.with_loan - figures.behind,
    }
    return known[wanted] if wanted in known else counted(rows)


def today_of(request: StaffRequest, at: datetime) -> date:
    return local_day(at, request.organization.time_zone)


def cards_of(figures: Stats) -> list[tuple[Figure, str]]:
    """Documents, With loan, Behind schedule: each leads to its list; the last is amber while there are any."""
    page = reverse("documents")
    return [
        (Figure(label="Documents", figure=f"{figures.total:,}", url=page), ""),
        (Figure(label="With loan", figure=f"{figures.with_loan:,}", url=f"{page}?loan=with"), ""),
        (
            Figure(label="Behind schedule", figure=f"{figures.behind:,}", url=f"{page}?loan=behind"),
            "wait" if figures.behind else "",
        ),
    ]


def lines_of(documents: list[Document], today: date) -> list[Line]:
    running = queries.running_of([document.pk for document in documents])
    return [_line(document, today, running.get(document.pk)) for document in documents]


def _line(document: Document, today: date, running: Outreach | None) -> Line:
    loan, borrower = loan_of(document), borrower_of(document)
    return Line(
        document=document,
        id=document.public_id,
        loan=loan,
        borrower=str(borrower.consumer) if borrower else "",
        days=loan.account.days_past_due(today) if loan else None,
        outreach=running,
    )


def loan_of(document: Document) -> Loan | None:
    return getattr(document, "loan", None)


def _bulk_address(request: StaffRequest, wanted: Wanted) -> str:
    """Where the outreach of all that are listed is started, if they are BEHIND and the role may."""
    may = Permission.CAMPAIGNS_RUN in permissions_of(request.user.role)
    if not may or wanted.loan != LoanStatus.BEHIND.lower() or wanted.archived:
        return ""
    asked = request.GET.copy()
    for word in ("sort", "cursor", "loan", "behind", "outreach", "archived"):
        asked.pop(word, None)
    query = asked.urlencode()
    return reverse("documents_bulk") + (f"?{query}" if query else "")


def document_of(request: StaffRequest, public: str) -> Document:
    """In full. Raises NotFound."""
    rows = Document.objects.of(request.organization).select_related("organization")
    return found(queries.in_full(rows), public)


@require_GET
@staff_page(Permission.DOCUMENTS_READ)
def document(request: StaffRequest, public: str) -> HttpResponse:
    """One agreement: how its loan stands, who is on it, and what is done about it."""
    return page_of_document(request, document_of(request, public))


def page_of_document(request: StaffRequest, one: Document, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with a form of it as it was sent where something in it is wrong."""
    at = clock.now()
    loan, borrower = loan_of(one), borrower_of(one)
    campaigns: list[Outreach] = one.campaigns  # type: ignore[attr-defined]  # prefetched under this name
    running = next((campaign for campaign in campaigns if campaign.active), None)
    context = {
        "document": one,
        "loan": loan,
        "days": loan.account.days_past_due(today_of(request, at)) if loan else None,
        "repaid": _repaid(loan),
        "borrower": borrower,
        "borrower_pairs": _about(borrower),
        "others": [party for party in one.everybody if party != borrower and _is_named(party)],  # type: ignore[attr-defined]
        "running": running,
        "earlier": [(campaign, _earlier(campaign)) for campaign in campaigns if not campaign.active],
        "latest": running or next(iter(campaigns), None),
        "fates": fates(running, request.organization, at=at) if running else [],
        "told": tell(_last_entries(one)),
        "may": permissions_of(request.user.role),
        "why_not": why_not(one, loan),
        "opt_out_form": forms.OptOutForm(auto_id="opt_out_%s"),
        "change_form": _change_form(running),
        "file_form": forms.FileForm(auto_id="file_%s"),
        "party_form": party_form(request, borrower),
        **start_form(request, one, loan, running, at=at),
        **more,
    }
    return render(request, "documents/document.html", context, status=status)


def why_not(one: Document, loan: Loan | None) -> str:
    """Why no outreach can be started, as a sentence; empty where it can."""
    if one.archived_at is not None:
        return "This document is archived."
    if loan is None:
        return "This document has no loan. Outreach is about a loan that has fallen behind schedule."
    if not loan.is_behind:
        return "The loan is CURRENT. A campaign can be started once its status is BEHIND."
    return ""


def party_form(request: StaffRequest, borrower: Party | None, data: Any = None) -> forms.PartyForm:
    roles = [role for role in PartyRole if role is not PartyRole.BORROWER or borrower is None]
    return forms.PartyForm(data, roles=roles, organization=request.organization, auto_id="party_%s")


def _change_form(running: Outreach | None) -> forms.ChangeForm | None:
    if running is None:
        return None
    return forms.ChangeForm(initial={"tone": running.tone, "cadence": running.cadence}, auto_id="change_%s")


def _is_named(party: Party) -> bool:
    return bool(party.consumer.first_name or party.consumer.last_name)


def _repaid(loan: Loan | None) -> float:
    """How much of the original amount is gone, in percent."""
    if loan is None or not loan.original_minor:
        return 0.0
    return max(0.0, min(100.0, 100 * (1 - loan.account.balance_minor / loan.original_minor)))


def _about(borrower: Party | None) -> list[Pair]:
    if borrower is None:
        return []
    person = borrower.consumer
    points = {point.kind: point.address for point in reversed(person.points.all()) if point.status != "closed"}
    lives = ", ".join(filter(None, (person.postal_code, person.state)))
    return [
        Pair(label="Name", value=str(person)),
        Pair(label="Phone", value=readable(points.get("phone", "")) if "phone" in points else ""),
        Pair(label="E-mail", value=points.get("email", "")),
        Pair(label="Lives in", value=lives or person.time_zone.rpartition("/")[2].replace("_", " ")),
        Pair(label="Language", value={"en": "English", "es": "Spanish"}.get(person.language, person.language)),
    ]


def _earlier(campaign: Outreach) -> str:
    words = {
        "by_hand": campaign.stop_reason or "stopped by hand",
        "loan_current": "the loan became CURRENT",
        "paid": "paid in full",
        "opted_out": "every channel was closed by opt-out",
        "archived": "the document was archived",
        "finished": "all its contacts were made",
    }
    return words.get(campaign.stopped_because, "")


def _last_entries(one: Document) -> list[Entry]:
    return list(logbook.entries(one).order_by("-id")[:LAST_ENTRIES])
