"""Verbs of the strategies room. A version never changes: another plan is another version."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.staff.models import Organization
from forbear.wording.models import Template

from . import events
from .models import Step, Strategy, StrategyVersion
from .plans import Plan, StepPlan, problems_of, told
from .queries import newest_version, plan_of, usable_templates
from .refusals import AlreadyArchived, NotActivatable, StrategyArchived, StrategyInUse, UnusableStrategy
from .states import STRATEGY, Kind, Status

LONGEST_NAME = 120


def create_strategy(
    *, organization: Organization, name: str, kind: str, plan: Plan, actor: str, at: datetime
) -> Strategy:
    """A draft with its first version. Raises UnusableStrategy with every problem."""
    _require_usable(organization, name=name, kind=kind, plan=plan)
    with transaction.atomic():
        strategy = Strategy.objects.create(organization=organization, name=name.strip(), kind=kind, created_at=at)
        _add_version(strategy, plan, number=1, actor=actor, at=at)
        _tell(strategy, events.STRATEGY_CREATED, actor, at, version=1)
    return strategy


def edit_strategy(
    *,
    strategy: Strategy,
    actor: str,
    at: datetime,
    plan: Plan | None = None,
    name: str | None = None,
    kind: str | None = None,
) -> StrategyVersion:
    """Another plan makes a new version, for accounts that begin from now on; those under way keep theirs.

    Gives the newest version. Raises UnusableStrategy, StrategyArchived.
    """
    _require_usable(strategy.organization, name=name, kind=kind, plan=plan)
    with transaction.atomic():
        strategy = _locked(strategy)
        if strategy.status == Status.ARCHIVED:
            raise StrategyArchived
        words = {"name": name.strip() if name else None, "kind": kind}
        changed = sorted(word for word, value in words.items() if value and getattr(strategy, word) != value)
        for word in changed:
            setattr(strategy, word, words[word])
        if changed:
            strategy.save(update_fields=changed)
        version = newest_version(strategy)
        if plan is not None and plan != plan_of(version):
            version = _add_version(strategy, plan, number=version.number + 1, actor=actor, at=at)
            changed.append("plan")
        if changed:
            _tell(strategy, events.STRATEGY_EDITED, actor, at, changed=changed, version=version.number)
    return version


def activate_strategy(*, strategy: Strategy, actor: str, at: datetime) -> Strategy:
    """Campaigns may use it. Raises NotActivatable, UnusableStrategy where a template was archived meanwhile."""
    with transaction.atomic():
        strategy = _locked(strategy)
        if strategy.status != Status.DRAFT:
            raise NotActivatable
        _require_usable(strategy.organization, plan=plan_of(newest_version(strategy)))
        STRATEGY.move(strategy, "activate")
        _tell(strategy, events.STRATEGY_ACTIVATED, actor, at)
    return strategy


def archive_strategy(*, strategy: Strategy, actor: str, at: datetime) -> Strategy:
    """No further campaign may begin with it; accounts under way keep their version. Raises AlreadyArchived."""
    with transaction.atomic():
        strategy = _locked(strategy)
        if not STRATEGY.move(strategy, "archive"):
            raise AlreadyArchived
        _tell(strategy, events.STRATEGY_ARCHIVED, actor, at)
    return strategy


def duplicate_strategy(*, strategy: Strategy, actor: str, at: datetime, name: str = "") -> Strategy:
    """A draft with the newest plan; templates that have been archived meanwhile are left out of it."""
    plan = plan_of(newest_version(strategy))
    usable = usable_templates(strategy.organization, plan)
    return create_strategy(
        organization=strategy.organization,
        name=name or f"{strategy.name[: LONGEST_NAME - 7]} (copy)",
        kind=strategy.kind,
        plan=_without_archived(plan, usable),
        actor=actor,
        at=at,
    )


def delete_strategy(*, strategy: Strategy, actor: str, at: datetime) -> None:
    """Raises StrategyInUse where some campaign has it."""
    with transaction.atomic():
        strategy = _locked(strategy)
        _tell(strategy, events.STRATEGY_DELETED, actor, at)
        try:
            with transaction.atomic():
                strategy.delete()
        except ProtectedError:
            raise StrategyInUse from None


def compile_plan(
    *, organization: Organization, name: str, plan: Plan, at: datetime, actor: str = SYSTEM
) -> StrategyVersion:
    """The unlisted strategy behind a document's campaign, active at once. Runs in the caller's transaction.

    Raises UnusableStrategy.
    """
    _require_usable(organization, plan=plan)
    strategy = Strategy.objects.create(
        organization=organization, name=name[:LONGEST_NAME], status=Status.ACTIVE, listed=False, created_at=at
    )
    return _add_version(strategy, plan, number=1, actor=actor, at=at)


def recompile(*, version: StrategyVersion, plan: Plan, at: datetime, actor: str = SYSTEM) -> StrategyVersion:
    """The next version of the same unlisted strategy. Runs in the caller's transaction. Raises UnusableStrategy."""
    strategy = _locked(version.strategy)
    _require_usable(strategy.organization, plan=plan)
    return _add_version(strategy, plan, number=newest_version(strategy).number + 1, actor=actor, at=at)


def compile_single_step(*, organization: Organization, name: str, template: Template, at: datetime) -> StrategyVersion:
    """The one-step strategy behind a broadcast: this template, once. Runs in the caller's transaction."""
    strategy = Strategy.objects.create(
        organization=organization, name=name[:LONGEST_NAME], status=Status.ACTIVE, listed=False, created_at=at
    )
    plan = Plan((StepPlan(template.channel, template_id=template.pk),))
    return _add_version(strategy, plan, number=1, actor=SYSTEM, at=at)


def _require_usable(
    organization: Organization, *, name: str | None = None, kind: str | None = None, plan: Plan | None = None
) -> None:
    wrong = problems_of(plan, usable_templates(organization, plan)) if plan is not None else {}
    if name is not None and not 0 < len(name.strip()) <= LONGEST_NAME:
        wrong["name"] = f"Give it a name of at most {LONGEST_NAME} characters."
    if kind is not None and kind not in set(Kind):
        wrong["kind"] = f"One of {', '.join(Kind)}."
    if wrong:
        raise UnusableStrategy(told(wrong), fields=wrong)


def _locked(strategy: Strategy) -> Strategy:
    rows = Strategy.objects.select_for_update(of=("self",)).select_related("organization")
    locked: Strategy = rows.get(pk=strategy.pk)
    return locked


def _add_version(strategy: Strategy, plan: Plan, *, number: int, actor: str, at: datetime) -> StrategyVersion:
    version = StrategyVersion.objects.create(
        strategy=strategy,
        number=number,
        tone=plan.tone,
        max_attempts=plan.escalation.max_attempts,
        days_without_response=plan.escalation.days_without_response,
        negotiation=plan.negotiation,
        opening=plan.opening,
        created_at=at,
        created_by=actor,
    )
    Step.objects.bulk_create(_row(version, position, step) for position, step in enumerate(plan.steps))
    return version


def _row(version: StrategyVersion, position: int, step: StepPlan) -> Step:
    return Step(
        version=version,
        position=position,
        channel=step.channel,
        action_type=step.action_type,
        template_id=step.template_id,
        wait_minutes=step.wait.minutes,
        wait_business_days=step.wait.business_days,
        max_retries=step.max_retries,
        retry_delay_minutes=step.retry_delay.minutes if step.retry_delay else None,
        opening=step.opening,
    )


def _without_archived(plan: Plan, usable: dict[int, str]) -> Plan:
    steps = [step if step.template_id in usable else replace(step, template_id=None) for step in plan.steps]
    return replace(plan, steps=tuple(steps))


def _tell(strategy: Strategy, event: str, actor: str, at: datetime, **facts: Any) -> None:
    facts = {"strategy": strategy.pk} | facts
    record([Draft(strategy.organization_id, event, actor, facts=facts)], at=at)
