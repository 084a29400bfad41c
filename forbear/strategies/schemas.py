"""Strategies on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field

from forbear.core.ids import public_id
from forbear.web.wire import Given, Shown
from forbear.wording.models import Template

from .models import Strategy, StrategyVersion
from .plans import AT_ONCE, Escalation, Plan, StepPlan
from .queries import plan_of
from .states import ActionType, Channel, Kind, Opening, Status
from .waits import NotAWait, parse_wait


def _wait(word: str) -> str:
    try:
        return str(parse_wait(word))
    except NotAWait as wrong:
        raise ValueError(wrong.sentence) from None


Waiting = Annotated[str, Field(max_length=10, description="90m, 4h, 3d, 2bd"), AfterValidator(_wait)]


class StepGiven(Given):
    """One contact; `wait` is the delay before the next step, from hand-over."""

    channel: Channel
    action_type: ActionType = ActionType.REMINDER
    template_id: str | None = Field(default=None, max_length=60)
    wait: Waiting = str(AT_ONCE)
    max_retries: int = 0
    retry_delay: Waiting | None = None
    opening: Opening = Opening.UNSAID


class EscalationGiven(Given):
    """When an account that does not answer goes to a person."""

    max_attempts: int | None = None
    days_without_response: int | None = None


class NegotiationGiven(Given):
    """What may be agreed on without asking anybody."""

    max_discount_percent: int | None = None
    min_down_payment_percent: int | None = None
    max_installments: int | None = None
    max_days: int | None = None


Name = Annotated[str, Field(min_length=1, max_length=120)]
Steps = Annotated[list[StepGiven], Field(max_length=1000)]
Tone = Annotated[str, Field(max_length=80)]


class StrategyGiven(Given):
    """A strategy to create; it begins as a draft."""

    name: Name
    type: Kind = Kind.EARLY_COLLECTION
    steps: Steps
    escalation: EscalationGiven = EscalationGiven()
    negotiation: NegotiationGiven = NegotiationGiven()
    tone: Tone = ""
    opening: Opening = Opening.UNSAID


class StrategyChanges(Given):
    """What changes; of the plan only what is given. Another plan is another version."""

    name: Name = ""
    type: Kind = Kind.EARLY_COLLECTION
    steps: Steps = []
    escalation: EscalationGiven = EscalationGiven()
    negotiation: NegotiationGiven = NegotiationGiven()
    tone: Tone = ""
    opening: Opening = Opening.UNSAID


class StrategyText(Given):
    """A strategy as YAML, as `/{id}.yaml` writes it."""

    yaml: str = Field(min_length=1, max_length=100_000)


def planned(given: Mapping[str, Any], numbers: Mapping[str, int], before: Plan | None = None) -> Plan:
    """The plan of a body; what it leaves out is as `before`. `numbers`: the templates' rows by public id."""
    plan = before or Plan(())
    return Plan(
        steps=tuple(_step(one, numbers) for one in given["steps"]) if "steps" in given else plan.steps,
        escalation=Escalation(**given["escalation"]) if "escalation" in given else plan.escalation,
        negotiation={name: value for name, value in given["negotiation"].items() if value is not None}
        if "negotiation" in given
        else plan.negotiation,
        tone=given.get("tone", plan.tone),
        opening=str(given.get("opening", plan.opening)),
    )


def _step(given: Mapping[str, Any], numbers: Mapping[str, int]) -> StepPlan:
    delay = given.get("retry_delay")
    public = given.get("template_id")
    return StepPlan(
        channel=str(given["channel"]),
        action_type=str(given.get("action_type", ActionType.REMINDER)),
        template_id=numbers.get(public, 0) if public else None,
        wait=parse_wait(given.get("wait", str(AT_ONCE))),
        max_retries=given.get("max_retries", 0),
        retry_delay=parse_wait(delay) if delay else None,
        opening=str(given.get("opening", "")),
    )


class StepShown(Shown):
    channel: str
    action_type: str
    template_id: str | None
    wait: str
    max_retries: int
    retry_delay: str | None
    opening: str

    @classmethod
    def of(cls, step: StepPlan) -> Self:
        return cls(
            channel=step.channel,
            action_type=step.action_type,
            template_id=public_id(Template.prefix, step.template_id) if step.template_id else None,
            wait=str(step.wait),
            max_retries=step.max_retries,
            retry_delay=str(step.retry_delay) if step.retry_delay else None,
            opening=step.opening,
        )


class EscalationShown(Shown):
    max_attempts: int | None
    days_without_response: int | None


class StrategyShown(Shown):
    """A strategy with its newest version."""

    id: str
    name: str
    type: Kind
    status: Status
    version: int
    steps: list[StepShown]
    escalation: EscalationShown
    negotiation: dict[str, int]
    tone: str
    opening: str
    created_at: datetime

    @classmethod
    def of(cls, strategy: Strategy, version: StrategyVersion) -> Self:
        plan = plan_of(version)
        return cls(
            id=strategy.public_id,
            name=strategy.name,
            type=Kind(strategy.kind),
            status=Status(strategy.status),
            version=version.number,
            steps=[StepShown.of(step) for step in plan.steps],
            escalation=EscalationShown.model_validate(plan.escalation, from_attributes=True),
            negotiation=plan.negotiation,
            tone=plan.tone,
            opening=plan.opening,
            created_at=strategy.created_at,
        )
