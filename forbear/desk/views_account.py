"""One account's page: its story, whether it may be contacted now, and what a person does about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.accounts.models import Account, ContactPoint, local_day
from forbear.accounts.scorecard import card_of
from forbear.campaigns.models import Enrollment
from forbear.consent import actions as consent
from forbear.consent.models import Hold, OptOut
from forbear.consent.states import HoldKind, OptOutChannel, OptOutSource
from forbear.core import clock
from forbear.core.phone import readable
from forbear.dispatch import actions as dispatch
from forbear.dispatch.actions import ContactRefused
from forbear.dispatch.forms import AskForm
from forbear.dispatch.queries import contactability
from forbear.dispatch.states import Occasion
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.htmx import is_partial
from forbear.web.parts import Pair
from forbear.web.wire import found
from forbear.wording import segments
from forbear.wording.previews import account_values

from .acts import acts_of
from .affairs import affairs_of
from .bundle import bundle
from .contact import answers
from .forms import CloseHoldForm, HoldForm, MomentForm, OptOutForm, WriteForm
from .statuses import changes_of
from .story import Chapter, story


@staff_page(Permission.ACCOUNTS_READ)
def account(request: StaffRequest, public: str) -> HttpResponse:
    """The whole story of one debt."""
    one = _account(request, public)
    chapter = _chapter(request, one)
    if is_partial(request):
        return render(request, "desk/_chapter.html", {"account": one, "chapter": chapter, **_show(request)})
    at = clock.now()
    points = sorted(one.consumer.points.all(), key=lambda point: (point.kind != "phone", point.position, point.pk))
    context = {
        "account": one,
        "points": _reach(one, points),
        "chapter": chapter,
        "holds": _open_holds(one),
        "acts": acts_of(one),
        "changes": changes_of(one),
        "affairs": affairs_of(one),
        "card": card_of(one, at=at),
        "details": _details(request, one, points),
        "lists": list(one.lists.order_by("name")),
        "enrollments": _enrollments(one),
        "days": one.days_past_due(local_day(at, request.organization.time_zone)),
        "forms": {
            "opt_out": OptOutForm(auto_id="opt_out_%s"),
            "hold": HoldForm(auto_id="hold_%s"),
            "close": CloseHoldForm(auto_id="close_%s"),
        },
        **_panel(request, one, points, at),
        **_show(request),
    }
    return render(request, "desk/account.html", context)


@staff_page(Permission.LOG_READ)
def download_bundle(request: StaffRequest, public: str) -> HttpResponse:
    """The account's record with what proves it, for somebody outside."""
    return bundle(account=_account(request, public), actor=request.user.actor, at=clock.now()).response()


def _account(request: StaffRequest, public: str) -> Account:
    rows = Account.objects.of(request.organization).select_related("consumer", "creditor", "organization")
    return found(rows.prefetch_related("consumer__points"), public)


def _show(request: HttpRequest) -> dict[str, str]:
    return {"show": "said" if request.GET.get("show") == "said" else ""}


def _chapter(request: StaffRequest, one: Account) -> Chapter:
    return story(one, cursor=request.GET.get("before", ""), words_only=request.GET.get("show") == "said")


def _panel(request: StaffRequest, one: Account, points: list[ContactPoint], at: datetime) -> dict[str, Any]:
    """The answers for now, or for the moment that was asked about."""
    form = MomentForm(request.GET if "at" in request.GET else None)
    asked = form.cleaned_data["at"] if form.is_bound and form.is_valid() else None
    moment = asked or at
    return {"answers": answers(one, points, at=moment), "moment": moment, "moment_form": form, "asked": asked}


def _reach(one: Account, points: list[ContactPoint]) -> list[dict[str, Any]]:
    """Contact points, each with the opt-outs that close it."""
    addresses = [point.address for point in points]
    closed: dict[str, OptOut] = {}
    for opt_out in OptOut.objects.of(one.organization).filter(address__in=addresses, lifted_at=None):
        closed[opt_out.address] = opt_out
    person = OptOut.objects.of(one.organization).filter(consumer_id=one.consumer_id, address="", lifted_at=None)
    whole = person.first()
    return [{"point": point, "opt_out": closed.get(point.address) or whole} for point in points]


def _open_holds(one: Account) -> list[Hold]:
    rows = Hold.objects.of(one.organization).filter(consumer=one.consumer_id, closed_at=None)
    return [hold for hold in rows.order_by("opened_at") if hold.account_id in (None, one.pk)]


def _enrollments(one: Account) -> list[Enrollment]:
    rows = Enrollment.objects.filter(account=one.pk).select_related("campaign")
    return list(rows.order_by("-id")[:10])


def _details(request: StaffRequest, one: Account, points: list[ContactPoint]) -> list[Pair]:
    """The standard details, then every other field under the name by which templates know it."""
    by_kind = {point.kind: point.address for point in reversed(points)}
    standard = [
        Pair(label="First Name", value=one.consumer.first_name),
        Pair(label="Last Name", value=one.consumer.last_name),
        Pair(label="Phone", value=readable(by_kind.get("phone", ""))),
        Pair(label="Email", value=by_kind.get("email", "")),
    ]
    values = account_values(request.organization, one)
    others = sorted(values.keys() - {"firstName", "lastName", "phoneNumber", "email", "organization"}, key=str.lower)
    return [*standard, *(Pair(label=name, value=values[name]) for name in others)]


@staff_page(Permission.INBOX_WRITE)
def write(request: StaffRequest, public: str) -> HttpResponse:
    """One SMS by hand; the verdict is shown when it may not leave."""
    one, at = _account(request, public), clock.now()
    form = WriteForm(request.POST or None)
    verdict = contactability(account=one, channel="sms", at=at) if request.method == "GET" else None
    if form.is_bound and form.is_valid():
        try:
            _send(request, one, form.cleaned_data["body"], at)
        except ContactRefused as refused:
            verdict = refused.verdict
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"The message to {one.consumer} is on its way.")
            return redirect("account", public)
    opens = (verdict or {}).get("next_allowed_at")
    context = {
        "account": one,
        "form": form,
        "verdict": verdict,
        "ask_form": AskForm(),
        "opens": datetime.fromisoformat(opens) if opens else None,
        "length": segments.count(str(form["body"].value() or "")),
    }
    return render(request, "desk/write.html", context, status=422 if form.errors else 200)


def _send(request: StaffRequest, one: Account, body: str, at: datetime) -> None:
    dispatch.send_by_hand(
        organization=request.organization,
        account=one,
        channel="sms",
        body=body,
        occasion=Occasion.MANUAL,
        actor=request.user.actor,
        at=at,
    )


@require_POST
@staff_page(Permission.CONSENT_WRITE)
def opt_out(request: StaffRequest, public: str) -> HttpResponse:
    """The consumer asked, by whatever way, for no more messages."""
    one = _account(request, public)
    form = OptOutForm(request.POST)
    if not form.is_valid():
        return _again(request, one, form, "Record an opt-out", "account_opt_out")
    consent.opt_out(
        organization=request.organization,
        channel=OptOutChannel(form.cleaned_data["channel"]),
        consumer=one.consumer,
        account=one,
        source=OptOutSource.STAFF,
        notes=form.cleaned_data["notes"],
        actor=request.user.actor,
        at=clock.now(),
    )
    messages.success(request, f"Recorded: {one.consumer} will not be written to by that channel.")
    return redirect("account", public)


@require_POST
@staff_page(Permission.CONSENT_WRITE)
def open_hold(request: StaffRequest, public: str) -> HttpResponse:
    """Nothing leaves about this account until the hold is closed."""
    one = _account(request, public)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _again(request, one, form, "Open a hold", "account_hold")
    consent.open_hold(
        consumer=one.consumer,
        account=one,
        kind=HoldKind(form.cleaned_data["kind"]),
        notes=form.cleaned_data["notes"],
        actor=request.user.actor,
        at=clock.now(),
    )
    messages.success(request, "The hold stands. Nothing leaves about this account until it is closed.")
    return redirect("account", public)


@require_POST
@staff_page(Permission.CONSENT_WRITE)
def close_hold(request: StaffRequest, public: str, hold: str) -> HttpResponse:
    """One reason less; other holds stand as they were."""
    one = _account(request, public)
    form = CloseHoldForm(request.POST)
    if not form.is_valid():
        return _again(request, one, form, "Close the hold", "account_hold_close", hold)
    row = found(Hold.objects.of(request.organization).filter(consumer=one.consumer_id), hold)
    reason = form.cleaned_data["reason"]
    consent.close_hold(hold=row, reason=reason, actor=request.user.actor, at=clock.now())
    messages.success(request, "The hold is closed.")
    return redirect("account", public)


def _again(request: StaffRequest, one: Account, form: Any, title: str, url_name: str, *more: str) -> HttpResponse:
    """The same form by itself, with what is wrong."""
    context = {"account": one, "form": form, "title": title, "url_name": url_name, "more": more}
    return render(request, "desk/again.html", context, status=422)
