"""`/v1/strategies`"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from forbear.core import clock
from forbear.core.ids import number_of
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Limit, Listed, found, listed
from forbear.wording.models import Template

from . import actions, text
from .models import Strategy
from .queries import newest_version, newest_versions, plan_of, strategies_of
from .schemas import StrategyChanges, StrategyGiven, StrategyShown, StrategyText, planned
from .states import Status

router = Router("strategies", reads="strategies:read", writes="strategies:write")
YAML = "application/yaml"
TEXT = {"responses": {200: {"content": {YAML: {"schema": {"type": "object"}}}}}}


def strategy_of(request: Asked, strategy_id: str) -> Strategy:
    """The organization's strategy, one that people made. Raises NotFound."""
    return found(strategies_of(request.auth.organization).select_related("organization"), strategy_id)


def shown(strategy: Strategy) -> StrategyShown:
    return StrategyShown.of(strategy, newest_versions([strategy.pk])[strategy.pk])


@router.get("/strategies", response=Listed[StrategyShown])
def list_strategies(
    request: Asked, limit: Limit = 50, cursor: Cursor = "", status: Status | None = None
) -> Listed[StrategyShown]:
    """Newest first, each with its newest version."""
    rows = strategies_of(request.auth.organization)
    rows = rows.filter(status=status) if status is not None else rows
    page: Listed[Strategy] = listed(rows, lambda row: row, limit=limit, cursor=cursor)
    versions = newest_versions([row.pk for row in page.items])
    return Listed(items=[StrategyShown.of(row, versions[row.pk]) for row in page.items], next_cursor=page.next_cursor)


@router.post("/strategies", response={201: StrategyShown})
def create_strategy(request: Asked, given: StrategyGiven) -> StrategyShown:
    """A draft with its first version; what is wrong with it is told all at once."""
    plan = planned(given.model_dump(), _numbers(given.model_dump()))
    strategy = actions.create_strategy(
        organization=request.auth.organization,
        name=given.name,
        kind=given.type,
        plan=plan,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return shown(strategy)


def _numbers(given: dict[str, Any]) -> dict[str, int]:
    """The rows that the steps' templates name; whose they are is judged with the plan."""
    named = {step["template_id"] for step in given.get("steps", ()) if step.get("template_id")}
    return {public: number_of(Template.prefix, public) or 0 for public in named}


@router.post("/strategies/import", response={201: StrategyShown})
def import_strategy(request: Asked, given: StrategyText) -> StrategyShown:
    """A draft from its YAML; templates are found by name, language and channel."""
    organization = request.auth.organization
    name, kind, plan = text.from_yaml(given.yaml, organization)
    strategy = actions.create_strategy(
        organization=organization, name=name, kind=kind, plan=plan, actor=request.auth.actor, at=clock.now()
    )
    return shown(strategy)


@router.get("/strategies/{strategy_id}.yaml", openapi_extra=TEXT)
def export_strategy(request: Asked, strategy_id: str) -> HttpResponse:
    """The newest version as YAML, to keep in a repository."""
    return HttpResponse(text.to_yaml(strategy_of(request, strategy_id)), content_type=f"{YAML}; charset=utf-8")


@router.get("/strategies/{strategy_id}", response=StrategyShown)
def read_strategy(request: Asked, strategy_id: str) -> StrategyShown:
    return shown(strategy_of(request, strategy_id))


@router.patch("/strategies/{strategy_id}", response=StrategyShown)
def change_strategy(request: Asked, strategy_id: str, given: StrategyChanges) -> StrategyShown:
    """Another plan is another version, for accounts that begin from now on; those under way keep theirs."""
    strategy, changes = strategy_of(request, strategy_id), given.changes()
    plan = planned(changes, _numbers(changes), plan_of(newest_version(strategy)))
    actions.edit_strategy(
        strategy=strategy,
        plan=plan if changes.keys() - {"name", "type"} else None,
        name=changes.get("name"),
        kind=changes.get("type"),
        actor=request.auth.actor,
        at=clock.now(),
    )
    return shown(strategy_of(request, strategy_id))


@router.delete("/strategies/{strategy_id}", response={204: None})
def delete_strategy(request: Asked, strategy_id: str) -> None:
    """One that some campaign uses answers 409: archive it."""
    actions.delete_strategy(strategy=strategy_of(request, strategy_id), actor=request.auth.actor, at=clock.now())


@router.post("/strategies/{strategy_id}/activate", response=StrategyShown)
def activate_strategy(request: Asked, strategy_id: str) -> StrategyShown:
    """Campaigns may use it."""
    return _moved(request, strategy_id, actions.activate_strategy)


@router.post("/strategies/{strategy_id}/archive", response=StrategyShown)
def archive_strategy(request: Asked, strategy_id: str) -> StrategyShown:
    """No further campaign may begin with it; accounts under way keep their version."""
    return _moved(request, strategy_id, actions.archive_strategy)


@router.post("/strategies/{strategy_id}/duplicate", response={201: StrategyShown})
def duplicate_strategy(request: Asked, strategy_id: str) -> StrategyShown:
    """A draft with the newest plan."""
    return _moved(request, strategy_id, actions.duplicate_strategy)


def _moved(request: Asked, strategy_id: str, verb: Any) -> StrategyShown:
    strategy = strategy_of(request, strategy_id)
    return shown(verb(strategy=strategy, actor=request.auth.actor, at=clock.now()))
