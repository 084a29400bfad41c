"""A plan drawn to scale, its differences from another, and what would keep it from working."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from forbear.channels.models import Sender
from forbear.staff.models import Organization
from forbear.web.formats import plural
from forbear.wording.choosing import choices_of, tone_of
from forbear.wording.models import Template

from .plans import Plan, StepPlan, words_channel
from .waits import DAY, HOUR, Wait

CHANNEL_NAMES = {
    "sms": "SMS",
    "email": "Email",
    "voice": "Voice",
    "whatsapp": "WhatsApp",
    "portal_link": "Portal link",
}
WEEK, BUSINESS_WEEK = 7, 5
NEGOTIATED = {
    "max_discount_percent": "a discount of at most {} %",
    "min_down_payment_percent": "at least {} % down",
    "max_installments": "at most {} instalments",
    "max_days": "paid within {} days",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One step on the line: when it is due at the earliest, and how much of the line lies behind it."""

    number: int
    channel: str
    name: str
    action: str
    due: str
    share: float
    words: str
    notes: tuple[str, ...]


def minutes_of(wait: Wait) -> int:
    """Of business days: as many calendar days as they take on average."""
    return wait.minutes + wait.business_days * DAY * WEEK // BUSINESS_WEEK


def spoken(wait: Wait) -> str:
    """As it is read aloud: `2 business days`."""
    if wait.business_days:
        return plural(wait.business_days, "business day")
    size, word = next(unit for unit in ((DAY, "day"), (HOUR, "hour"), (1, "minute")) if wait.minutes % unit[0] == 0)
    return plural(wait.minutes // size, word)


def stops(plan: Plan, names: Mapping[int, str], notes: Mapping[int, Sequence[str]]) -> list[Stop]:
    """The steps in their places. `names`: of templates by number; `notes`: what is wrong with a step, by position."""
    waits = [minutes_of(step.wait) for step in plan.steps[:-1]]
    total, at, drawn = sum(waits) or 1, 0, []
    for n, step in enumerate(plan.steps):
        wait = waits[n] if n < len(waits) else 0
        drawn.append(
            Stop(
                number=n + 1,
                channel=step.channel,
                name=CHANNEL_NAMES.get(step.channel, step.channel),
                action=str(step.action_type).replace("_", "-"),
                due=_due(at),
                share=round(100 * wait / total, 2),
                words=names.get(step.template_id or 0, "wording by tone"),
                notes=tuple(notes.get(n, ())),
            )
        )
        at += wait
    return drawn


def _due(minutes: int) -> str:
    if minutes < HOUR:
        return f"{minutes} min" if minutes else "at once"
    return f"{minutes // HOUR} h" if minutes < DAY else f"day {minutes // DAY}"


def length_of(plan: Plan) -> str:
    """`21 days`, from the first step to the last."""
    minutes = sum(minutes_of(step.wait) for step in plan.steps[:-1])
    days = round(minutes / DAY)
    return f"{days} day{'' if days == 1 else 's'}" if minutes >= DAY else "one day"


def template_names(organization: Organization, plan: Plan) -> dict[int, str]:
    """By number; one query."""
    wanted = [step.template_id for step in plan.steps if step.template_id]
    return dict(Template.objects.of(organization).filter(pk__in=wanted).values_list("pk", "name"))


def preflight(organization: Organization, plan: Plan) -> dict[int, list[str]]:
    """What would keep steps from leaving today, by position: no sender, no wording. Two queries."""
    senders = Sender.objects.of(organization).filter(is_active=True)
    sending = set(senders.values_list("channel", flat=True).distinct())
    choices = choices_of([organization.pk])
    found: dict[int, list[str]] = {}
    for n, step in enumerate(plan.steps):
        channel = words_channel(step.channel)
        name = CHANNEL_NAMES.get(step.channel, step.channel)
        if channel not in sending:
            found.setdefault(n, []).append(f"Nothing sends {name} yet: open a sender in Settings.")
        chosen = choices.choose(organization.pk, channel, organization.locale[:2], "", tone_of(plan.tone))
        if step.template_id is None and chosen is None:
            found.setdefault(n, []).append(f"There is no wording for {name}: choose a template or write one.")
    return found


def lines_of(plan: Plan, names: Mapping[int, str]) -> list[str]:
    """The plan in sentences, one a line, to compare versions by."""
    return [*(_step_line(n, step, names) for n, step in enumerate(plan.steps, 1)), *_other_lines(plan)]


def _step_line(n: int, step: StepPlan, names: Mapping[int, str]) -> str:
    words = f"“{names[step.template_id]}”" if step.template_id in names else "wording by tone"
    parts = [CHANNEL_NAMES.get(step.channel, step.channel), str(step.action_type).replace("_", "-"), words]
    if step.max_retries:
        again = f" every {spoken(step.retry_delay)}" if step.retry_delay else ""
        parts.append(f"up to {step.max_retries} retries{again}")
    if step.opening:
        parts.append(str(step.opening).replace("_", " "))
    then = f"; then wait {spoken(step.wait)}" if minutes_of(step.wait) else ""
    return f"{n}. {', '.join(parts)}{then}"


def _other_lines(plan: Plan) -> Iterator[str]:
    if plan.tone:
        yield f"Tone: {plan.tone}"
    if plan.opening:
        yield f"Calls open: {str(plan.opening).replace('_', ' ')}"
    if plan.escalation.max_attempts:
        yield f"Escalate after {plural(plan.escalation.max_attempts, 'contact')} without an answer"
    if plan.escalation.days_without_response:
        yield f"Escalate after {plural(plan.escalation.days_without_response, 'day')} without an answer"
    for name, value in sorted(plan.negotiation.items()):
        yield f"Negotiation: {NEGOTIATED.get(name, name).format(value)}"


def difference(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str]]:
    """Line by line: ("same" | "gone" | "new", line)."""
    pieces: list[tuple[str, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces += [("same", line) for line in before[i:j]]
        else:
            pieces += [*(("gone", line) for line in before[i:j]), *(("new", line) for line in after[k:m])]
    return pieces
