"""Pages of the payments room: payments and promises of the house."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.core.money import Money
from forbear.core.refusal import Refusal
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.doors import refusals_on
from forbear.staff.permissions import Permission
from forbear.web.formats import NOTHING, money, plural
from forbear.web.htmx import next_page
from forbear.web.pagination import page_of
from forbear.web.parts import Figure
from forbear.web.wire import found

from . import actions, downloads, events, keeping, promising, queries
from .forms import MoveForm, PaymentFilter, PromiseFilter, ReasonForm, TermsForm, moves_for
from .models import Payment, Promise
from .states import PromiseStatus

PAYMENT_SORTS = {"paid": ["paid_on"], "amount": ["amount_minor"], "recorded": []}
PROMISE_SORTS = {"made": [], "due": ["due_on"], "amount": ["amount_minor"]}
SHOWN = {"": None, "standing": False, "reversed": True}


def in_all(totals: list[Money]) -> str:
    """Each currency for itself: they are never summed."""
    return " · ".join(money(one) for one in totals) or NOTHING


@staff_page(Permission.PAYMENTS_READ)
def payments(request: StaffRequest) -> HttpResponse:
    """Money that came in, with the figures of what is shown."""
    sieve, rows = _payments(request)
    taken = queries.taken(rows)
    page = page_of(request, rows, sorts=PAYMENT_SORTS, default="-paid")
    average = [Money(one.minor // max(taken.count, 1), one.currency) for one in taken.totals]
    figures = [
        Figure(label="Payments", figure=f"{taken.count:,}", note="of this view"),
        Figure(label="Total", figure=in_all(taken.totals), note="each currency for itself"),
        Figure(label="Reversed", figure=f"{taken.reversed:,}", note="not counted above"),
    ]
    if len(taken.totals) == 1:
        figures.insert(2, Figure(label="Average", figure=in_all(average)))
    context = {
        "sieve": sieve,
        "page": page,
        "figures": figures,
        "asked": any(request.GET.get(name) for name in sieve.fields),
        "downloads": [("CSV", f"{reverse('payments_export')}?{request.GET.urlencode()}")],
        "form": ReasonForm(auto_id="reverse_%s"),
    }
    return render(request, "payments/payments.html", context)


@staff_page(Permission.PAYMENTS_READ)
def payments_export(request: StaffRequest) -> HttpResponseBase:
    """What the filter shows, as CSV."""
    _, rows = _payments(request)
    organization, actor = request.organization, request.user.actor
    actions.note_export(organization=organization, event=events.PAYMENTS_EXPORTED, actor=actor, at=clock.now())
    return downloads.payments_file(rows)


def _payments(request: StaffRequest) -> tuple[PaymentFilter, QuerySet[Payment]]:
    sieve = PaymentFilter(request.GET)
    asked = sieve.cleaned_data if sieve.is_valid() else {}
    rows = queries.payments(
        request.organization,
        words=asked.get("q", ""),
        method=asked.get("method", ""),
        since=asked.get("since"),
        until=asked.get("until"),
        reversed_ones=SHOWN[asked.get("show", "")],
    )
    return sieve, rows


@require_POST
@staff_page(Permission.PAYMENTS_WRITE)
def reverse_payment(request: StaffRequest, payment_id: str) -> HttpResponse:
    """Take a payment back, with the reason; the entry of the ledger gets its opposite."""
    row = found(Payment.objects.of(request.organization).select_related("account"), payment_id)
    form = ReasonForm(request.POST)
    try:
        if form.is_valid():
            actions.reverse_payment(payment=row, **form.cleaned_data, actor=request.user.actor, at=clock.now())
            messages.success(request, f"Reversed: {money(row.amount)} are owed again.")
        else:
            messages.error(request, "Say why the payment is reversed.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect(next_page(request, reverse("payments")))


@staff_page(Permission.PROMISES_READ)
def promises(request: StaffRequest) -> HttpResponse:
    """Who promised what, and whether it came."""
    sieve, rows = _promises(request)
    promised = queries.promised(request.organization)
    page = page_of(request, rows, sorts=PROMISE_SORTS, default="-made")
    context = {
        "sieve": sieve,
        "page": page,
        "figures": _figures(promised),
        "rows": [(row, moves_for(row.status)) for row in page.items],
        "asked": any(request.GET.get(name) for name in sieve.fields),
        "downloads": [("CSV", f"{reverse('promises_export')}?{request.GET.urlencode()}")],
    }
    return render(request, "payments/promises.html", context)


def _figures(promised: queries.Promised) -> list[Figure]:
    words = ("active", "Active"), ("overdue", "Overdue"), ("fulfilled", "Fulfilled")
    counted = [
        Figure(label=label, figure=f"{promised.counts.get(word, 0):,}", url=f"{reverse('promises')}?status={word}")
        for word, label in words
    ]
    note = plural(sum(promised.counts.get(word, 0) for word in ("active", "verifying", "overdue")), "open promise")
    return [*counted, Figure(label="Total Promised", figure=in_all(promised.totals), note=note)]


@staff_page(Permission.PROMISES_READ)
def promises_export(request: StaffRequest) -> HttpResponseBase:
    """What the filter shows, as CSV."""
    _, rows = _promises(request)
    organization, actor = request.organization, request.user.actor
    actions.note_export(organization=organization, event=events.PROMISES_EXPORTED, actor=actor, at=clock.now())
    return downloads.promises_file(rows)


def _promises(request: StaffRequest) -> tuple[PromiseFilter, QuerySet[Promise]]:
    sieve = PromiseFilter(request.GET)
    asked = sieve.cleaned_data if sieve.is_valid() else {}
    return sieve, queries.promises(request.organization, words=asked.get("q", ""), status=asked.get("status", ""))


@staff_page(Permission.PROMISES_WRITE)
def move_promise(request: StaffRequest, promise_id: str) -> HttpResponse:
    """From the list with one choice; a new day is asked for on a page of its own."""
    row = found(Promise.objects.of(request.organization).select_related("account__consumer"), promise_id)
    form = MoveForm(request.POST or None, initial={"to": PromiseStatus.RESCHEDULED})
    if form.is_valid():
        with refusals_on(form, Refusal):
            given = form.cleaned_data
            if given["to"] != row.status:
                promising.move_promise(promise=row, **given, actor=request.user.actor, at=clock.now())
                messages.success(
                    request, f"The promise of {row.account.consumer} is {row.get_status_display().lower()}."
                )
            return redirect(next_page(request, reverse("promises")))
    form.fields["to"].choices = moves_for(row.status)[1:]  # type: ignore[attr-defined]
    context = {"promise": row, "form": form, "next": next_page(request, reverse("promises"))}
    return render(request, "payments/move.html", context, status=422 if form.errors else 200)


@staff_page(Permission.PROMISES_READ)
def terms(request: StaffRequest) -> HttpResponse:
    """What may be promised: read by all, changed by administrators."""
    kept = keeping.terms_of(request.organization)
    may = holder_of(request.user).may(Permission.SETTINGS_WRITE)
    form = TermsForm(request.POST or None if may else None, initial=vars(kept))
    if form.is_valid():
        with refusals_on(form, Refusal):
            actor = request.user.actor
            promising.change_terms(organization=request.organization, **form.cleaned_data, actor=actor, at=clock.now())
            messages.success(request, "Saved. Promises that stand are measured by it from tonight on.")
            return redirect("promises")
    context: dict[str, Any] = {"form": form, "terms": kept, "may": may}
    return render(request, "payments/terms.html", context, status=422 if form.errors else 200)
