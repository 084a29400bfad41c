"""A contact plan as a value: what a strategy is made of, before and after it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .states import ActionType, Channel, Opening
from .waits import Wait

MOST_STEPS: Final = 100
MOST_RETRIES: Final = 5
RETRIED: Final = frozenset({Channel.VOICE, Channel.WHATSAPP})
LONGEST_TONE: Final = 80
AT_ONCE: Final = Wait()

# Bounds, inclusive, of what may be negotiated.
NEGOTIATION: Final[Mapping[str, tuple[int, int]]] = {
    "max_discount_percent": (0, 100),
    "min_down_payment_percent": (0, 100),
    "max_installments": (1, 120),
    "max_days": (1, 3650),
}


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One contact. `wait`: before the next step, from hand-over; `retry_delay` None: the same wait.

    `template_id`: the row's number; without one the wording is chosen by channel, bucket, language and tone.
    """

    channel: str
    action_type: str = ActionType.REMINDER
    template_id: int | None = None
    wait: Wait = AT_ONCE
    max_retries: int = 0
    retry_delay: Wait | None = None
    opening: str = ""


@dataclass(frozen=True, slots=True)
class Escalation:
    """When an account that does not answer goes to a person; either one is enough, None never."""

    max_attempts: int | None = None
    days_without_response: int | None = None


NEVER: Final = Escalation()


@dataclass(frozen=True)
class Plan:
    """The steps in their order, and what goes with them."""

    steps: tuple[StepPlan, ...]
    escalation: Escalation = NEVER
    negotiation: dict[str, int] = field(default_factory=dict)
    tone: str = ""
    opening: str = ""


def problems_of(plan: Plan, templates: Mapping[int, str]) -> dict[str, str]:
    """Everything that is wrong, by field (`steps.0.channel`). `templates`: the channels of those that may be used."""
    found: dict[str, str] = {}
    if not plan.steps:
        found["steps"] = "A strategy needs at least one step."
    elif len(plan.steps) > MOST_STEPS:
        found["steps"] = f"A strategy may have at most {MOST_STEPS} steps."
    for n, step in enumerate(plan.steps):
        found |= {f"steps.{n}.{name}": sentence for name, sentence in _of_step(step, templates)}
    found |= {f"escalation.{name}": sentence for name, sentence in _of_escalation(plan.escalation)}
    found |= {f"negotiation.{name}": sentence for name, sentence in _of_negotiation(plan.negotiation)}
    if len(plan.tone) > LONGEST_TONE:
        found["tone"] = f"At most {LONGEST_TONE} characters."
    if plan.opening not in set(Opening):
        found["opening"] = f"One of {', '.join(filter(None, Opening))}, or nothing."
    return found


def _of_step(step: StepPlan, templates: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    if step.channel not in set(Channel):
        yield "channel", f"One of {', '.join(Channel)}."
    if step.action_type not in set(ActionType):
        yield "action_type", f"One of {', '.join(ActionType)}."
    if not step.wait.is_sane:
        yield "wait", "Minutes, hours, days or business days, a year at most."
    yield from _of_template(step, templates)
    yield from _of_retries(step)
    if step.opening not in set(Opening):
        yield "opening", f"One of {', '.join(filter(None, Opening))}, or nothing."
    elif step.opening and step.channel != Channel.VOICE:
        yield "opening", "Only a call has an opening."


def _of_template(step: StepPlan, templates: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    if step.template_id is None:
        return
    channel = templates.get(step.template_id)
    if channel is None:
        yield "template_id", "There is no such template in use: choose another one."
    elif channel != words_channel(step.channel):
        yield "template_id", f"This template is for {channel}, the step for {step.channel}."


def told(problems: Mapping[str, str]) -> str:
    """All in one line, each with its place: `Step 2, max retries: From 0 to 5.`"""
    return " ".join(f"{_place(name)}: {sentence}" if "." in name else sentence for name, sentence in problems.items())


def _place(field: str) -> str:
    part, *rest = field.split(".")
    where = f"Step {int(rest.pop(0)) + 1}" if part == "steps" else part.capitalize()
    return ", ".join([where, *(word.replace("_", " ") for word in rest)])


def words_channel(channel: str) -> str:
    """The channel whose wordings a step uses: a link to the portal travels as a text."""
    return Channel.SMS if channel == Channel.PORTAL_LINK else channel


def _of_retries(step: StepPlan) -> Iterator[tuple[str, str]]:
    if not 0 <= step.max_retries <= MOST_RETRIES:
        yield "max_retries", f"From 0 to {MOST_RETRIES}."
    elif step.max_retries and step.channel not in RETRIED:
        yield "max_retries", "Only calls and WhatsApp messages are retried."
    if step.retry_delay is None:
        return
    if not step.retry_delay.is_sane or step.retry_delay.business_days or not step.retry_delay.minutes:
        yield "retry_delay", "Minutes, hours or days, from one minute to a year."
    elif step.channel not in RETRIED:
        yield "retry_delay", "Only calls and WhatsApp messages are retried."


def _of_escalation(escalation: Escalation) -> Iterator[tuple[str, str]]:
    for name, most in (("max_attempts", 100), ("days_without_response", 365)):
        value = getattr(escalation, name)
        if value is not None and not 1 <= value <= most:
            yield name, f"From 1 to {most}, or nothing."


def _of_negotiation(negotiation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in negotiation.items():
        if name not in NEGOTIATION:
            yield name, f"There is no such parameter; there are {', '.join(NEGOTIATION)}."
            continue
        least, most = NEGOTIATION[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield name, f"A whole number from {least} to {most}."
