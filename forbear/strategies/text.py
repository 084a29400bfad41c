"""A strategy as YAML, so that a policy can live in a repository and be read in a review.

Templates are named by name and language, not by number: the text means the same in another organization.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import yaml

from forbear.core.refusal import Invalid, Refusal
from forbear.staff.models import Organization
from forbear.wording.models import Template

from .models import Strategy
from .plans import AT_ONCE, Escalation, Plan, StepPlan, words_channel
from .queries import newest_version, plan_of
from .waits import Wait, parse_wait

LONGEST: Final = 100_000
_WORDS: Final = frozenset({"name", "type", "tone", "opening", "steps", "escalation", "negotiation"})
_STEP: Final = frozenset(
    {"channel", "action_type", "template", "language", "wait", "max_retries", "retry_delay", "opening"}
)


class UnreadableStrategy(Invalid):
    """This text is not a strategy."""

    line = 0
    """Of the text, from 1, where it cannot even be taken apart."""


def to_yaml(strategy: Strategy) -> str:
    """The newest version."""
    plan = plan_of(newest_version(strategy))
    templates = Template.objects.in_bulk({step.template_id for step in plan.steps if step.template_id is not None})
    told: dict[str, Any] = {"name": strategy.name, "type": str(strategy.kind)}
    told |= {word: value for word, value in (("tone", plan.tone), ("opening", plan.opening)) if value}
    told["steps"] = [_step_told(step, templates) for step in plan.steps]
    known = {
        "max_attempts": plan.escalation.max_attempts,
        "days_without_response": plan.escalation.days_without_response,
    }
    told["escalation"] = {name: value for name, value in known.items() if value is not None}
    told["negotiation"] = plan.negotiation
    return yaml.safe_dump({word: value for word, value in told.items() if value}, sort_keys=False, allow_unicode=True)


def _step_told(step: StepPlan, templates: Mapping[int, Template]) -> dict[str, Any]:
    told: dict[str, Any] = {"channel": str(step.channel), "action_type": str(step.action_type)}
    if step.template_id is not None and (template := templates.get(step.template_id)):
        told |= {"template": template.name, "language": template.language}
    told["wait"] = str(step.wait)
    if step.max_retries:
        told["max_retries"] = step.max_retries
    if step.retry_delay:
        told["retry_delay"] = str(step.retry_delay)
    return told | ({"opening": str(step.opening)} if step.opening else {})


def from_yaml(text: str, organization: Organization) -> tuple[str, str, Plan]:
    """Name, type and plan, not yet judged. Templates are the organization's.

    Raises UnreadableStrategy and NotAWait, with the place of what is wrong (`steps.0.wait`) among their fields.
    """
    told = _loaded(text)
    steps, escalation, negotiation = told.get("steps", []), told.get("escalation", {}), told.get("negotiation", {})
    if not isinstance(steps, list) or not isinstance(escalation, dict) or not isinstance(negotiation, dict):
        raise UnreadableStrategy("Steps are a list; escalation and negotiation name values.")
    _refuse_unknown(escalation, frozenset({"max_attempts", "days_without_response"}), "escalation.")
    numbers = _numbers(organization)
    plan = Plan(
        steps=tuple(_step_read(step, f"steps.{n}", numbers) for n, step in enumerate(steps)),
        escalation=Escalation(**{name: _number(value, f"escalation.{name}") for name, value in escalation.items()}),
        negotiation=negotiation,
        tone=str(told.get("tone", "")),
        opening=str(told.get("opening", "")),
    )
    return str(told.get("name", "")), str(told.get("type", "")), plan


def _loaded(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise UnreadableStrategy(f"A strategy's text may have at most {LONGEST:,} characters.")
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise _broken("Write each part out: references (&, *) are not read.", event.start_mark)
        told = yaml.safe_load(text)
    except yaml.MarkedYAMLError as wrong:
        raise _broken(f"This is not YAML: {wrong.problem}.", wrong.problem_mark) from None
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        raise UnreadableStrategy(f"This is not YAML: {str(wrong).splitlines()[0]}.") from None
    if not isinstance(told, dict):
        raise UnreadableStrategy
    _refuse_unknown(told, _WORDS)
    return told


def _broken(sentence: str, mark: yaml.Mark | None) -> UnreadableStrategy:
    wrong = UnreadableStrategy(sentence)
    wrong.line = mark.line + 1 if mark else 0
    return wrong


@contextmanager
def _at(place: str) -> Iterator[None]:
    """What is refused inside is refused there."""
    try:
        yield
    except Refusal as wrong:
        raise type(wrong)(wrong.sentence, fields={place: wrong.sentence}) from None


def _refuse_unknown(told: Mapping[Any, Any], known: frozenset[str], place: str = "") -> None:
    if unknown := sorted(str(word) for word in told.keys() - known):
        with _at(f"{place}{unknown[0]}"):
            raise UnreadableStrategy(f"Unknown here: {', '.join(unknown)}. Known are {', '.join(sorted(known))}.")


def _numbers(organization: Organization) -> dict[tuple[str, str, str], int]:
    rows = Template.objects.of(organization).filter(archived_at=None, current__isnull=False)
    return {
        (name, language, channel): pk
        for pk, name, language, channel in rows.values_list("pk", "name", "language", "channel")
    }


def _step_read(told: Any, place: str, numbers: Mapping[tuple[str, str, str], int]) -> StepPlan:
    if not isinstance(told, dict):
        with _at(place):
            raise UnreadableStrategy("Each step names its channel: `- channel: sms`.")
    _refuse_unknown(told, _STEP, f"{place}.")
    channel, name = str(told.get("channel", "")), told.get("template")
    delay, key = told.get("retry_delay"), (str(name), str(told.get("language", "en")), words_channel(channel))
    return StepPlan(
        channel=channel,
        action_type=str(told.get("action_type", "reminder")),
        template_id=numbers.get(key, 0) if name else None,
        wait=_wait(told.get("wait", AT_ONCE), f"{place}.wait"),
        max_retries=_number(told.get("max_retries", 0), f"{place}.max_retries"),
        retry_delay=_wait(delay, f"{place}.retry_delay") if delay else None,
        opening=str(told.get("opening", "")),
    )


def _wait(word: Any, place: str) -> Wait:
    with _at(place):
        return parse_wait(str(word))


def _number(value: Any, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        with _at(place):
            raise UnreadableStrategy(f"{value!r} is not a whole number.")
    return value
