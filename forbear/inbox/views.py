"""The inbox: threads, the thread, the account beside it. Live by asking again; what is being typed stays."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import Refusal
from forbear.dispatch.models import Message
from forbear.dispatch.queries import thread
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.queries import colleagues
from forbear.web.pagination import paginate
from forbear.web.wire import found, numbered
from forbear.wording import segments

from . import actions, queries, words
from .models import Conversation
from .queries import Show

UNCHANGED = 204
SORTS = {"newest": ["-last_at"]}


@require_GET
@staff_page("inbox:read")
def inbox(request: StaffRequest) -> HttpResponse:
    """The list, with nothing opened yet: opening is reading."""
    return render(request, "inbox/inbox.html", _frame(request, None))


@require_GET
@staff_page("inbox:read")
def conversation(request: StaffRequest, conversation_id: str) -> HttpResponse:
    """One thread, read from now on."""
    return _opened(request, _conversation(request, conversation_id))


def _opened(
    request: StaffRequest, one: Conversation, *, typed: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    if _may_write(request):
        actions.mark_read(conversation=one)
    at = clock.now()
    beside = queries.beside(one, at=at)
    context = {
        **_frame(request, one),
        **_thread(one),
        "beside": beside,
        "name": queries.name_of(one, beside.consumer),
        "over_there": words.over_there(one.address, at=at),
        "colleagues": colleagues(request.organization),
        "may": queries.may_answer(one, beside.account, at=at),
        "typed": typed,
        "wrong": wrong,
    }
    return render(request, "inbox/inbox.html", context, status=status)


def _frame(request: StaffRequest, one: Conversation | None) -> dict[str, Any]:
    """The left side, and the sentence at the top."""
    at = clock.now()
    counts = queries.counts(request.organization, request.user)
    return {
        **_threads(request, one, counts),
        "conversation": one,
        "waited": words.waited(counts.waiting_since, now=at),
        "may_write": _may_write(request),
    }


def _threads(request: StaffRequest, one: Conversation | None, counts: queries.Counts) -> dict[str, Any]:
    show, typed = _show(request, counts), request.GET.get("q", "").strip()[:80]
    rows = queries.conversations(request.organization, show=show, person=request.user, words=typed)
    page = paginate(rows, sorts=SORTS, cursor=request.GET.get("cursor"), limit=queries.SHOWN, default="newest")
    at, zone = clock.now(), request.organization.time_zone
    shown = [
        (line, words.lately(line.conversation.last_at, now=at, zone=zone), words.read_as(line.conversation.last_intent))
        for line in queries.lines(page.items)
    ]
    facts = [(r.pk, r.last_message_id, r.unread, r.assigned_to_id) for r in page.items]
    return {
        "counts": counts,
        "show": show,
        "q": typed,
        "page": page,
        "lines": shown,
        "opened": one.public_id if one else "",
        "threads_token": _token(facts, counts),
    }


def _show(request: StaffRequest, counts: queries.Counts) -> Show:
    """What is asked for; else one's own, if there are any."""
    asked = request.GET.get("show", "")
    if asked in set(Show):
        return Show(asked)
    return Show.MINE if counts.mine else Show.ALL


def _thread(one: Conversation) -> dict[str, Any]:
    said = thread(one.organization, channel=one.channel, address=one.address)
    return {
        "said": queries.bubbles(said),
        "said_token": _token([(message.pk, message.status) for message in said]),
        "zone": one.organization.time_zone,
    }


def _token(*facts: object) -> str:
    """A short word that changes when what is shown changes."""
    return blake2b(repr(facts).encode(), digest_size=8).hexdigest()


@require_GET
@staff_page("inbox:read")
def threads(request: StaffRequest) -> HttpResponse:
    """The list again; nothing when nothing has changed."""
    number = number_of(Conversation.prefix, request.GET.get("opened", ""))
    one = Conversation.objects.of(request.organization).filter(pk=number).first() if number else None
    context = _threads(request, one, queries.counts(request.organization, request.user))
    if context["threads_token"] == request.GET.get("seen"):
        return HttpResponse(status=UNCHANGED)
    return render(request, "inbox/_threads.html", context)


@require_GET
@staff_page("inbox:read")
def said(request: StaffRequest, conversation_id: str) -> HttpResponse:
    """The thread again; nothing when nothing has changed. Whoever has it open has read it."""
    one = _conversation(request, conversation_id)
    context = _thread(one)
    if context["said_token"] == request.GET.get("seen"):
        return HttpResponse(status=UNCHANGED)
    if _may_write(request):
        actions.mark_read(conversation=one)
    return render(request, "inbox/_said.html", {**context, "conversation": one})


@require_POST
@staff_page("inbox:write")
def check(request: StaffRequest, conversation_id: str) -> HttpResponse:
    """Under the answer while it is typed: may it leave now, what is added, what is wrong with the words."""
    one = _conversation(request, conversation_id)
    beside = queries.beside(one, at=clock.now())
    creditor = beside.account.creditor.name if beside.account and beside.account.creditor else ""
    typed = request.POST.get("body", "")
    composed = actions.compose(
        organization=request.organization,
        body=typed,
        language=queries.language_of(one, beside.consumer),
        creditor=creditor,
    )
    context = {
        "may": queries.may_answer(one, beside.account, at=clock.now()),
        "wrong": composed.wrong if typed.strip() else "",
        "added": composed.body.removeprefix(typed.strip()).strip() if typed.strip() else "",
        "segments": segments.count(composed.body) if typed.strip() else None,
    }
    return render(request, "inbox/_check.html", context)


@require_POST
@staff_page("inbox:write")
def reply(request: StaffRequest, conversation_id: str) -> HttpResponse:
    """Send the answer; a refusal keeps what was typed and says why."""
    one = _conversation(request, conversation_id)
    at, typed = clock.now(), request.POST.get("body", "")
    beside = queries.beside(one, at=at)
    try:
        actions.reply(
            conversation=one,
            body=typed,
            language=queries.language_of(one, beside.consumer),
            creditor=beside.account.creditor.name if beside.account and beside.account.creditor else "",
            actor=request.user.actor,
            at=at,
        )
    except Refusal as refusal:
        return _opened(request, one, typed=typed, wrong=refusal.sentence, status=422)
    return redirect("conversation", one.public_id)


@require_POST
@staff_page("inbox:write")
def assign(request: StaffRequest, conversation_id: str) -> HttpResponse:
    """To a colleague, to oneself, or to nobody."""
    one = _conversation(request, conversation_id)
    chosen = request.POST.get("to", "")
    to = found(colleagues(request.organization), chosen) if chosen else None
    actions.assign(conversation=one, to=to, actor=request.user.actor, at=clock.now())
    messages.success(request, f"Assigned to {to}." if to else "Assigned to nobody.")
    return redirect("conversation", one.public_id)


@require_POST
@staff_page("inbox:write")
def close(request: StaffRequest, conversation_id: str) -> HttpResponse:
    """Out of the way until the consumer writes again."""
    one = _conversation(request, conversation_id)
    seen = numbered(Message.prefix, request.POST.get("seen", ""))
    try:
        actions.close(conversation=one, actor=request.user.actor, at=clock.now(), seen=seen)
    except actions.SomethingNew as refusal:
        return _opened(request, one, wrong=refusal.sentence, status=409)
    messages.success(request, "Closed. It opens again by itself when the consumer writes.")
    return redirect("inbox")


@require_POST
@staff_page("inbox:write")
def reopen(request: StaffRequest, conversation_id: str) -> HttpResponse:
    one = _conversation(request, conversation_id)
    actions.reopen(conversation=one, actor=request.user.actor, at=clock.now())
    return redirect("conversation", one.public_id)


@require_POST
@staff_page("inbox:write")
def leave_unread(request: StaffRequest, conversation_id: str) -> HttpResponse:
    actions.mark_unread(conversation=_conversation(request, conversation_id))
    return redirect("inbox")


@require_POST
@staff_page("consent:write")
def opt_out(request: StaffRequest, conversation_id: str) -> HttpResponse:
    """The consumer asked for it in other words."""
    one = _conversation(request, conversation_id)
    actions.record_opt_out(conversation=one, actor=request.user.actor, at=clock.now(), notes="From the inbox.")
    messages.success(request, "Opted out. Nothing more leaves to this address.")
    return redirect("conversation", one.public_id)


def _conversation(request: StaffRequest, public: str) -> Conversation:
    rows = Conversation.objects.of(request.organization).select_related("organization", "assigned_to", "sender")
    return found(rows, public)  # type: ignore[return-value]


def _may_write(request: StaffRequest) -> bool:
    return holder_of(request.user).may("inbox:write")
