"""Settings > Automatic replies: the rules of each number."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from forbear.core import clock
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.web.wire import found

from . import actions, queries
from .forms import AutoReplyForm
from .models import AutoReply
from .threading import AUTOMATIC_A_DAY


@require_http_methods(["GET", "POST"])
@staff_page("inbox:read")
def rules(request: StaffRequest) -> HttpResponse:
    """All rules, and a new one."""
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@staff_page("inbox:read")
def rule(request: StaffRequest, rule_id: str) -> HttpResponse:
    """One rule, to be changed."""
    return _page(request, _rule(request, rule_id))


def _page(request: StaffRequest, one: AutoReply | None) -> HttpResponse:
    form = AutoReplyForm(request.POST or None, organization=request.organization, rule=one)
    if request.method == "POST":
        holder_of(request.user).require("inbox:write")
        if form.is_valid() and _saved(request, form, one):
            return redirect("settings_auto_replies")
    context = {
        "form": form,
        "rule": one,
        "rules": queries.auto_replies(request.organization),
        "most": AUTOMATIC_A_DAY,
        "may_write": holder_of(request.user).may("inbox:write"),
    }
    return render(request, "inbox/rules.html", context, status=422 if form.errors else 200)


def _saved(request: StaffRequest, form: AutoReplyForm, one: AutoReply | None) -> bool:
    try:
        actions.save_auto_reply(rule=one, actor=request.user.actor, at=clock.now(), **form.words())
    except actions.UnusableAutoReply as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, "Saved. It answers from now on." if form.cleaned_data["is_active"] else "Saved.")
    return True


@require_POST
@staff_page("inbox:write")
def delete(request: StaffRequest, rule_id: str) -> HttpResponse:
    actions.delete_auto_reply(rule=_rule(request, rule_id), actor=request.user.actor, at=clock.now())
    messages.success(request, "Deleted. Nothing is answered by this rule any more.")
    return redirect("settings_auto_replies")


def _rule(request: StaffRequest, public: str) -> AutoReply:
    return found(queries.auto_replies(request.organization), public)  # type: ignore[return-value]
