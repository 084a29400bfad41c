"""The words of a batch: templates are compiled once, every recipient's text is rendered and linted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from forbear.wording import lint, segments, tags
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

# Texts of our own making, or a person's own words in a conversation: the campaign wording rules are not theirs.
_UNLINTED = {Occasion.CONFIRMATION, Occasion.HELP, Occasion.ANSWER}


def text_of(item: Item, got: Gathered, words: Words, address: str) -> Text:
    """Render, then judge the rendered text once more."""
    house = words.houses[item.case.organization_id]
    if item.template_version_id is None:
        return _finished(item.body, item.case.occasion, item.case.channel, "en", house, "")
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
    return _finished(rendered.text, item.case.occasion, item.case.channel, language, house, party.creditor)


def _party(item: Item, got: Gathered) -> Any:
    consumer = item.case.consumer_id
    return None if consumer is None else got.parties.get((item.case.account_id, consumer))


def _email(consumer_id: int, got: Gathered) -> str:
    points = got.points.get(consumer_id, ())
    return next((point.address for point in points if point.channel_kind == "email"), "")


def _finished(body: str, occasion: str, channel: str, language: str, house: House, creditor: str) -> Text:
    if occasion not in _UNLINTED:
        situation = _situation(channel, language, house.actor, house.name, creditor)
        wrong = lint.errors(lint.lint(body, situation))
        if wrong:
            return Text(problem="wording", sentence=wrong[0].sentence)
    return Text(body, segments.count(body).segments)


@lru_cache(maxsize=4096)
def _situation(channel: str, language: str, actor: str, organization: str, creditor: str) -> lint.Situation:
    senders = tuple(name for name in (organization, creditor) if name)
    return lint.Situation(channel=channel, language=language, actor=actor, senders=senders)
