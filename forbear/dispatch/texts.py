"""The words of a batch: templates are judged once, every recipient's text is rendered and judged by its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from forbear.policy.facts import Facts
from forbear.wording import lint, segments, tags
from forbear.wording.prepared import prepared
from forbear.wording.values import values_of

from .states import Occasion

if TYPE_CHECKING:
    from .contacts import Item
    from .gather import Gathered


@dataclass(frozen=True, slots=True)
class Text:
    """What is handed over, or why it is not: `problem` is a short code, `sentence` says it."""

    body: str = ""
    segments: int = 1
    problem: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """What of the organization the wording needs."""

    name: str
    actor: str
    locale: str


@dataclass(frozen=True, slots=True)
class Words:
    """The batch's template versions (body, language) and organizations."""

    versions: dict[int, tuple[str, str]]
    houses: dict[int, House]


def words_of(versions: Sequence[int | None], organizations: Sequence[int]) -> Words:
    """Two queries."""
    wanted = sorted({version for version in versions if version is not None})
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT v.id, v.body, t.language FROM wording_templateversion v
               JOIN wording_template t ON t.id = v.template_id WHERE v.id = ANY(%s)""",
            [wanted],
        )
        bodies: dict[int, tuple[str, str]] = {pk: (body, language) for pk, body, language in cursor.fetchall()}
        cursor.execute(
            "SELECT id, name, actor, locale FROM staff_organization WHERE id = ANY(%s)", [list(organizations)]
        )
        houses = {pk: House(*rest) for pk, *rest in cursor.fetchall()}
    return Words(bodies, houses)


compiled = lru_cache(maxsize=1024)(tags.compile_template)

_WESTERNMOST = timedelta(hours=12)

# Texts of our own making, or a person's own words in a conversation: the campaign wording rules are not theirs.
_UNLINTED = {Occasion.CONFIRMATION, Occasion.HELP, Occasion.ANSWER}


@dataclass(frozen=True, slots=True)
class Debt:
    """What the wording rules must know of the debt at the moment of sending."""

    stage: str = "subsequent"
    in_validation_period: bool = False


UNREMARKABLE = Debt()


def debt_of(facts: Facts, *, at: datetime) -> Debt:
    """From the facts that were judged. The period of a validation notice runs as long as it does on any clock."""
    if not facts.notices and facts.message.stage == UNREMARKABLE.stage:
        return UNREMARKABLE
    ends = [n.deadline for n in facts.notices if n.kind == "validation" and n.account_id in (None, *facts.accounts)]
    running = any(end is not None and (at - _WESTERNMOST).date() <= end for end in ends)
    return Debt(facts.message.stage, running)


def text_of(item: Item, got: Gathered, words: Words, address: str, debt: Debt = UNREMARKABLE) -> Text:
    """Render, then judge the rendered text once more."""
    house = words.houses[item.case.organization_id]
    if item.template_version_id is None:
        return _own_words(item, house, debt)
    body, language = words.versions[item.template_version_id]
    party = _party(item, got)
    if party is None:
        return Text(problem="no_recipient", sentence="There is no contact to write to.")
    values = values_of(
        party,
        organization=house.name,
        locale=house.locale,
        phone=address,
        email=_email(party.consumer_id, got),
    )
    rendered = compiled(body).render(values)
    if not rendered.ok:
        problem = "missing_value" if rendered.missing else "unsafe_value"
        return Text(problem=problem, sentence=rendered.reason)
    situation = _situation(item.case.channel, language, house, party.creditor, debt)
    wrong = None if item.case.occasion in _UNLINTED else prepared(body, situation)(rendered)
    return _finished(rendered.text, wrong)


def _own_words(item: Item, house: House, debt: Debt) -> Text:
    """A text that somebody wrote for this contact alone."""
    if item.case.occasion in _UNLINTED:
        return _finished(item.body, None)
    wrong = lint.errors(lint.lint(item.body, _situation(item.case.channel, "en", house, "", debt)))
    return _finished(item.body, wrong[0] if wrong else None)


def _party(item: Item, got: Gathered) -> Any:
    consumer = item.case.consumer_id
    return None if consumer is None else got.parties.get((item.case.account_id, consumer))


def _email(consumer_id: int, got: Gathered) -> str:
    points = got.points.get(consumer_id, ())
    return next((point.address for point in points if point.channel_kind == "email"), "")


def _finished(text: str, wrong: lint.Finding | None) -> Text:
    if wrong is not None:
        return Text(problem="wording", sentence=wrong.sentence)
    return Text(text, segments.count(text).segments)


@lru_cache(maxsize=4096)
def _situation(channel: str, language: str, house: House, creditor: str, debt: Debt) -> lint.Situation:
    return lint.Situation(
        channel=channel,
        language=language,
        actor=house.actor,
        senders=tuple(name for name in (house.name, creditor) if name),
        stage=debt.stage,
        in_validation_period=debt.in_validation_period,
    )
