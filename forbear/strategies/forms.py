"""The builder's form: what was typed, step by step, and the plan it makes.

Every step sends all its fields, so that the order of the fields on the page is the order of the steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from forbear.core.ids import number_of
from forbear.core.refusal import Refusal
from forbear.wording.models import Template

from .models import Strategy
from .plans import MOST_STEPS, NEGOTIATION, Escalation, Plan, StepPlan
from .states import ActionType, Channel, Kind
from .waits import Wait, parse_wait

STEP = ("channel", "action_type", "template", "wait", "max_retries", "retry_delay", "opening")
WHOLE = ("name", "kind", "tone", "opening_of_all", "max_attempts", "days_without_response", *NEGOTIATION)
_FIELD = {"opening": "opening_of_all", "type": "kind"}
NEW_STEP: Mapping[str, str] = {
    "channel": Channel.SMS,
    "action_type": ActionType.REMINDER,
    "template": "",
    "wait": "3d",
    "max_retries": "0",
    "retry_delay": "",
    "opening": "",
}


@dataclass(frozen=True)
class TypedStep:
    """One step as it was typed; `wrong` has a sentence by field."""

    words: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Typed:
    """The whole form. `wrong` has the sentences that belong to no step."""

    words: Mapping[str, str]
    steps: tuple[TypedStep, ...]
    wrong: Mapping[str, str] = field(default_factory=dict)

    def moved(self, word: str) -> Typed:
        """After one of the buttons that work without scripts: `up-2`, `down-0`, `remove-1`, `add`."""
        verb, _, digits = word.partition("-")
        steps = list(self.steps)
        place = int(digits) if digits.isascii() and digits.isdigit() else -1
        if verb == "add" and len(steps) < MOST_STEPS:
            steps.append(TypedStep(NEW_STEP))
        elif 0 <= place < len(steps):
            step = steps.pop(place)
            if verb != "remove":
                steps.insert(max(place - 1, 0) if verb == "up" else place + 1, step)
        return replace(self, steps=tuple(steps))

    def refused(self, sentences: Mapping[str, str]) -> Typed:
        """With a verb's or the reader's sentences beside the fields they are about."""
        wrong = {_FIELD.get(name, name.rpartition(".")[2]): why for name, why in sentences.items() if not _place(name)}
        steps = list(self.steps)
        for name, why in sentences.items():
            if place := _place(name):
                number, word = place
                if number < len(steps):
                    about = {"template_id": "template"}.get(word, word)
                    steps[number] = replace(steps[number], wrong={**steps[number].wrong, about: why})
        return replace(self, steps=tuple(steps), wrong={**self.wrong, **wrong})


def _place(name: str) -> tuple[int, str] | None:
    first, _, rest = name.partition(".")
    number, _, word = rest.partition(".")
    return (int(number), word) if first == "steps" and number.isdigit() else None


def typed(given: QueryDict) -> Typed:
    """What a browser sent; a step's missing field is the field's usual value."""
    columns = {name: given.getlist(name)[:MOST_STEPS] for name in STEP}
    count = max(map(len, columns.values()))
    steps = (
        {name: column[n].strip() if n < len(column) else NEW_STEP[name] for name, column in columns.items()}
        for n in range(count)
    )
    return Typed({name: given.get(name, "").strip() for name in WHOLE}, tuple(map(TypedStep, steps)))


def blank() -> Typed:
    """A new strategy: a text, and a letter three days later."""
    steps = (TypedStep(NEW_STEP), TypedStep({**NEW_STEP, "channel": Channel.EMAIL, "action_type": ActionType.NOTICE}))
    return Typed({**dict.fromkeys(WHOLE, ""), "kind": Kind.EARLY_COLLECTION}, steps)


def typed_of(strategy: Strategy, plan: Plan) -> Typed:
    """What is kept, as one would type it."""
    words = {
        "name": strategy.name,
        "kind": strategy.kind,
        "tone": plan.tone,
        "opening_of_all": plan.opening,
        "max_attempts": _shown(plan.escalation.max_attempts),
        "days_without_response": _shown(plan.escalation.days_without_response),
        **{name: _shown(plan.negotiation.get(name)) for name in NEGOTIATION},
    }
    return Typed(words, tuple(TypedStep(_step_words(step)) for step in plan.steps))


def _step_words(step: StepPlan) -> dict[str, str]:
    return {
        "channel": step.channel,
        "action_type": step.action_type,
        "template": Template(pk=step.template_id).public_id if step.template_id else "",
        "wait": str(step.wait),
        "max_retries": str(step.max_retries),
        "retry_delay": str(step.retry_delay) if step.retry_delay else "",
        "opening": step.opening,
    }


def _shown(value: int | None) -> str:
    return "" if value is None else str(value)


def plan_from(form: Typed) -> tuple[Plan, dict[str, str]]:
    """The plan, and what could not be read, by field; what a plan may be is judged by the verb."""
    wrong: dict[str, str] = {}
    steps = tuple(_step(n, step.words, wrong) for n, step in enumerate(form.steps))
    numbers = {name: _number(name, form.words, wrong) for name in ("max_attempts", "days_without_response")}
    negotiation = {name: _number(name, form.words, wrong) for name in NEGOTIATION}
    plan = Plan(
        steps,
        Escalation(**numbers),
        {name: value for name, value in negotiation.items() if value is not None},
        form.words["tone"],
        form.words["opening_of_all"],
    )
    return plan, wrong


def _step(n: int, words: Mapping[str, str], wrong: dict[str, str]) -> StepPlan:
    wait = _wait(f"steps.{n}.wait", words["wait"] or "0d", wrong)
    delay = _wait(f"steps.{n}.retry_delay", words["retry_delay"], wrong) if words["retry_delay"] else None
    retried = words["channel"] in (Channel.VOICE, Channel.WHATSAPP)
    return StepPlan(
        channel=words["channel"],
        action_type=words["action_type"],
        # 0 is nobody's number: a template that is not there is refused as such.
        template_id=(number_of(Template.prefix, words["template"]) or 0) if words["template"] else None,
        wait=wait,
        # Fields that the page hides on other channels keep what was typed, and count for nothing.
        max_retries=(_number("max_retries", words, wrong, f"steps.{n}.max_retries") or 0) if retried else 0,
        retry_delay=delay if retried else None,
        opening=words["opening"] if words["channel"] == Channel.VOICE else "",
    )


def _wait(name: str, word: str, wrong: dict[str, str]) -> Wait:
    try:
        return parse_wait(word)
    except Refusal as refusal:
        wrong[name] = refusal.sentence
        return Wait()


def _number(name: str, words: Mapping[str, Any], wrong: dict[str, str], place: str = "") -> int | None:
    word = words[name]
    if not word:
        return None
    if word.isascii() and word.isdigit() and len(word) < 9:
        return int(word)
    wrong[place or name] = "Write a whole number."
    return None
