"""Named reads of the strategies room."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from forbear.staff.models import Organization, OwnedQuerySet
from forbear.wording.models import Template

from .models import Step, Strategy, StrategyVersion
from .plans import Escalation, Plan, StepPlan
from .waits import Wait


def strategies_of(organization: Organization) -> OwnedQuerySet:
    """Those that people made; each with the number of its newest version as `newest`."""
    versions = StrategyVersion.objects.filter(strategy=OuterRef("pk")).order_by("-number")
    return (
        Strategy.objects.of(organization).filter(listed=True).annotate(newest=Subquery(versions.values("number")[:1]))
    )


def newest_version(strategy: Strategy) -> StrategyVersion:
    """What accounts that begin now walk."""
    return strategy.versions.order_by("-number")[:1].get()


def newest_versions(strategies: Iterable[int]) -> dict[int, StrategyVersion]:
    """Of each strategy; one query, with the steps and their templates in two more."""
    rows = StrategyVersion.objects.filter(strategy__in=list(strategies)).order_by("strategy", "-number")
    newest = rows.distinct("strategy").prefetch_related("steps__template")
    return {version.strategy_id: version for version in newest}


def plan_of(version: StrategyVersion) -> Plan:
    """The version as a value."""
    return Plan(
        steps=tuple(map(_step, version.steps.all())),
        escalation=Escalation(version.max_attempts, version.days_without_response),
        negotiation=dict(version.negotiation),
        tone=version.tone,
        opening=version.opening,
    )


def _step(step: Step) -> StepPlan:
    delay = step.retry_delay_minutes
    return StepPlan(
        channel=step.channel,
        action_type=step.action_type,
        template_id=step.template_id,
        wait=Wait(step.wait_minutes, step.wait_business_days),
        max_retries=step.max_retries,
        retry_delay=None if delay is None else Wait(delay),
        opening=step.opening,
    )


def usable_templates(organization: Organization, plan: Plan) -> dict[int, str]:
    """The channels of those of the plan's templates that are this organization's and not archived; one query."""
    wanted = {step.template_id for step in plan.steps if step.template_id is not None}
    if not wanted:
        return {}
    rows = Template.objects.of(organization).filter(pk__in=wanted, archived_at=None, current__isnull=False)
    return dict(rows.values_list("pk", "channel"))
