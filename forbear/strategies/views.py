"""Strategies: the list, one plan drawn to scale, the builder with its live preview, versions and what changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forbear.core import clock
from forbear.core.refusal import NotFound, Refusal
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.permissions import Permission
from forbear.web.formats import worded
from forbear.web.wire import found
from forbear.wording.models import Template

from . import actions, forms, queries, scale, text
from .models import Strategy
from .plans import NEGOTIATION, Plan, problems_of
from .states import ActionType, Channel, Kind, Opening, Status

VERBS = {"activate": actions.activate_strategy, "archive": actions.archive_strategy}
OPENINGS = {
    Opening.INHERIT: "As the organization has it",
    Opening.CALLEE_FIRST: "They speak first",
    Opening.AGENT_FIRST: "We speak first",
}


@require_GET
@staff_page(Permission.STRATEGIES_READ)
def strategies(request: StaffRequest) -> HttpResponse:
    """All strategies, those in use first; what was archived stands behind a tab."""
    archived = request.GET.get("show") == "archived"
    rows = queries.strategies_of(request.organization).order_by("-status", "name", "pk")
    rows = rows.filter(status=Status.ARCHIVED) if archived else rows.exclude(status=Status.ARCHIVED)
    shown = list(rows[:200])
    versions = queries.newest_versions(row.pk for row in shown)
    plans = [queries.plan_of(versions[row.pk]) for row in shown]
    listed = [(row, scale.stops(plan, {}, {}), scale.length_of(plan)) for row, plan in zip(shown, plans, strict=True)]
    context = {"listed": listed, "archived": archived, "may_write": _may_write(request)}
    return render(request, "strategies/strategies.html", context)


@require_GET
@staff_page(Permission.STRATEGIES_READ)
def strategy(request: StaffRequest, strategy_id: str) -> HttpResponse:
    """One strategy: its newest plan to scale, what is amiss with it, and its versions."""
    one = _strategy(request, strategy_id)
    version = queries.newest_version(one)
    plan = queries.plan_of(version)
    context = {
        "strategy": one,
        "version": version,
        "versions": one.versions.order_by("-number"),
        "lines": scale.lines_of(plan, scale.template_names(request.organization, plan)),
        "may_write": _may_write(request),
        **_drawn(request, plan),
    }
    return render(request, "strategies/strategy.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.STRATEGIES_WRITE)
def new_strategy(request: StaffRequest) -> HttpResponse:
    """A blank builder, or the draft it made."""
    form = forms.typed(request.POST) if request.method == "POST" else forms.blank()
    return _built(request, form, None)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.STRATEGIES_WRITE)
def edit_strategy(request: StaffRequest, strategy_id: str) -> HttpResponse:
    """The builder with the newest plan; a changed plan is kept as the next version."""
    one = _strategy(request, strategy_id)
    kept = forms.typed_of(one, queries.plan_of(queries.newest_version(one)))
    return _built(request, forms.typed(request.POST) if request.method == "POST" else kept, one)


def _built(request: StaffRequest, form: forms.Typed, one: Strategy | None) -> HttpResponse:
    """The page again where a button only moved steps or something was wrong, else what was made of it."""
    if request.method != "POST":
        return _builder(request, form, one)
    if move := request.POST.get("do", ""):
        return _builder(request, form.moved(move), one)
    plan, unread = forms.plan_from(form)
    if unread:
        return _builder(request, form.refused(unread), one, status=422)
    words: dict[str, Any] = {"name": form.words["name"], "kind": form.words["kind"], "plan": plan}
    try:
        one = _kept(request, one, words)
    except Refusal as refusal:
        told = refusal.fields or {"name": refusal.sentence}
        return _builder(request, form.refused(told), one, status=422)
    return redirect("strategy", one.public_id)


def _kept(request: StaffRequest, one: Strategy | None, words: dict[str, Any]) -> Strategy:
    actor, at = request.user.actor, clock.now()
    if one is None:
        return actions.create_strategy(organization=request.organization, actor=actor, at=at, **words)
    actions.edit_strategy(strategy=one, actor=actor, at=at, **words)
    return one


def _builder(request: StaffRequest, form: forms.Typed, one: Strategy | None, *, status: int = 200) -> HttpResponse:
    plan, _ = forms.plan_from(form)
    context = {
        "form": form,
        "strategy": one,
        "templates": _templates(request),
        "channels": [(str(word), scale.CHANNEL_NAMES[word]) for word in Channel],
        "action_types": [(str(word), worded(word)) for word in ActionType],
        "kinds": [(str(word), worded(word)) for word in Kind],
        "openings": [(str(word), title) for word, title in OPENINGS.items()],
        "negotiation": [(name, worded(name), form.words[name]) for name in NEGOTIATION],
        "new_step": forms.TypedStep(forms.NEW_STEP),
        **_drawn(request, plan),
    }
    return render(request, "strategies/builder.html", context, status=status)


def _templates(request: StaffRequest) -> list[tuple[str, list[Template]]]:
    """By channel, for the choice of a step's words."""
    rows = Template.objects.of(request.organization).filter(archived_at=None, current__isnull=False)
    listed = list(rows.order_by("language", "bucket", "tone", "name"))
    return [
        (scale.CHANNEL_NAMES[channel], [one for one in listed if one.channel == channel])
        for channel in ("sms", "email", "voice", "whatsapp")
    ]


@require_http_methods(["GET", "POST"])
@staff_page(Permission.STRATEGIES_WRITE)
def import_strategy(request: StaffRequest) -> HttpResponse:
    """A draft from YAML, or the sentence that says what is wrong with the text."""
    told, wrong = request.POST.get("text", ""), {}
    if request.method == "POST":
        try:
            name, kind, plan = text.from_yaml(told, request.organization)
            one = _kept(request, None, {"name": name, "kind": kind, "plan": plan})
            return redirect("strategy", one.public_id)
        except Refusal as refusal:
            wrong = refusal.fields or {"": refusal.sentence}
    context = {"text": told, "wrong": wrong, "crumbs": [("Strategies", reverse("strategies"))]}
    return render(request, "strategies/import.html", context, status=422 if wrong else 200)


@require_GET
@staff_page(Permission.STRATEGIES_READ)
def export_strategy(request: StaffRequest, strategy_id: str) -> HttpResponse:
    """The newest version as YAML."""
    one = _strategy(request, strategy_id)
    headers = {"Content-Disposition": f'attachment; filename="{slugify(one.name) or one.public_id}.yaml"'}
    return HttpResponse(text.to_yaml(one), content_type="application/yaml; charset=utf-8", headers=headers)


@require_POST
@staff_page(Permission.STRATEGIES_READ)
def preview(request: StaffRequest) -> HttpResponse:
    """The line above the steps while they are typed and dragged."""
    plan, _ = forms.plan_from(forms.typed(request.POST))
    return render(request, "strategies/_scale.html", _drawn(request, plan))


def _drawn(request: StaffRequest, plan: Plan) -> dict[str, Any]:
    notes = scale.preflight(request.organization, plan)
    for name, sentence in problems_of(plan, queries.usable_templates(request.organization, plan)).items():
        place = name.split(".")
        if place[0] == "steps" and len(place) > 1:
            notes.setdefault(int(place[1]), []).append(sentence)
    names = scale.template_names(request.organization, plan)
    return {
        "stops": scale.stops(plan, names, notes),
        "length": scale.length_of(plan),
        "problems": sum(map(len, notes.values())),
        "tone": plan.tone,
    }


@require_GET
@staff_page(Permission.STRATEGIES_READ)
def version(request: StaffRequest, strategy_id: str, number: int) -> HttpResponse:
    """One version, and what it changed in the one before."""
    one = _strategy(request, strategy_id)
    shown = one.versions.filter(number=number).first()
    if shown is None:
        raise NotFound
    before = one.versions.filter(number=number - 1).first()
    plans = [queries.plan_of(each) if each else Plan(()) for each in (before, shown)]
    lines = [scale.lines_of(plan, scale.template_names(request.organization, plan)) for plan in plans]
    context = {
        "strategy": one,
        "version": shown,
        "before": before,
        "pieces": scale.difference(*lines),
        "crumbs": [("Strategies", reverse("strategies")), (one.name, reverse("strategy", args=[one.public_id]))],
        **_drawn(request, plans[1]),
    }
    return render(request, "strategies/version.html", context)


@require_POST
@staff_page(Permission.STRATEGIES_WRITE)
def act(request: StaffRequest, strategy_id: str, verb: str) -> HttpResponse:
    """Activate, archive, duplicate or delete."""
    one = _strategy(request, strategy_id)
    words = {"strategy": one, "actor": request.user.actor, "at": clock.now()}
    if verb == "duplicate":
        one = actions.duplicate_strategy(**words)
    elif verb == "delete":
        actions.delete_strategy(**words)
        return redirect("strategies")
    elif verb in VERBS:
        VERBS[verb](**words)
    else:
        raise NotFound
    return redirect("strategy", one.public_id)


def _strategy(request: StaffRequest, strategy_id: str) -> Strategy:
    rows = queries.strategies_of(request.organization).select_related("organization")
    return found(rows, strategy_id)  # type: ignore[return-value]


def _may_write(request: StaffRequest) -> bool:
    return holder_of(request.user).may(Permission.STRATEGIES_WRITE)
