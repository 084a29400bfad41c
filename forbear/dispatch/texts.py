"""The words of a batch: templates are judged once, every recipient's text is rendered and judged by its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from forbear.policy.facts import Facts
from forbear.wording import lint, scripts, segments, tags
from forbear.wording.prepared import prepared
from forbear.wording.values import values_of

from . import letters
from .states import Channel, Occasion

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
    subject: str = ""
    language: str = ""
    unsubscribe_url: str = ""
    voicemail: str = ""  # what a call leaves on a machine; empty: it hangs up


@dataclass(frozen=True, slots=True)
class House:
    """What of the organization the wording needs."""

    name: str
    actor: str
    locale: str
    phone: str = ""
    postal: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The batch's template versions (body, language, subject) and organizations."""

    versions: dict[int, tuple[str, str, str]]
    houses: dict[int, House]


def words_of(versions: Sequence[int | None], organizations: Sequence[int]) -> Words:
    """Two queries."""
    wanted = sorted({version for version in versions if version is not None})
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT v.id, v.body, t.language, v.subject FROM wording_templateversion v
               JOIN wording_template t ON t.id = v.template_id WHERE v.id = ANY(%s)""",
            [wanted],
        )
        texts = {pk: (body, language, subject) for pk, body, language, subject in cursor.fetchall()}
        cursor.execute(
            "SELECT id, name, actor, locale, phone, postal_address FROM staff_organization WHERE id = ANY(%s)",
            [list(organizations)],
        )
        houses = {pk: House(*rest) for pk, *rest in cursor.fetchall()}
    return Words(texts, houses)


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
    party = _party(item, got)
    if item.template_version_id is None:
        return _own_words(item, house, debt, address, (party and party.language) or house.locale)
    body, language, subject = words.versions[item.template_version_id]
    if party is None:
        return Text(problem="no_recipient", sentence="There is no contact to write to.")
    values = values_of(
        party,
        organization=house.name,
        locale=house.locale,
        phone=address if item.case.channel != Channel.EMAIL else _phone(party.consumer_id, got),
        email=_email(party.consumer_id, got),
        callback=house.phone,
        postal=house.postal,
    )
    letter = item.case.channel == Channel.EMAIL
    url = _way_out(item, address) if letter else ""
    if letter:
        body, values[letters.LINK] = letters.with_footer(body, language, bool(house.postal)), url
    voice = item.case.channel == Channel.VOICE
    rendered = scripts.render(body, values) if voice else compiled(body).render(values)
    line = compiled(subject).render(values)
    if not (rendered.ok and line.ok):
        wrong = line if rendered.ok else rendered
        return Text(problem="missing_value" if wrong.missing else "unsafe_value", sentence=wrong.reason)
    situation = _situation(item.case.channel, language, house, party.creditor, debt)
    found = None if item.case.occasion in _UNLINTED else prepared(body, situation)(rendered)
    return _finished(item, rendered.text, house, language, found, subject=line.text, url=url)


def _own_words(item: Item, house: House, debt: Debt, address: str, language: str) -> Text:
    """A text that somebody wrote for this contact alone."""
    url = _way_out(item, address) if item.case.channel == Channel.EMAIL else ""
    from_whom = f"{house.name}, {house.postal}" if house.postal else ""
    text = letters.footed(item.body, language, url, from_whom) if url else item.body
    if item.case.occasion in _UNLINTED:
        return _finished(item, text, house, language, None, subject=item.subject, url=url)
    wrong = lint.errors(lint.lint(text, _situation(item.case.channel, "en", house, "", debt)))
    return _finished(item, text, house, language, wrong[0] if wrong else None, subject=item.subject, url=url)


def _way_out(item: Item, address: str) -> str:
    return letters.url_of(letters.Link(item.case.organization_id, address, max(item.case.item_id, 0)))


def _party(item: Item, got: Gathered) -> Any:
    consumer = item.case.consumer_id
    return None if consumer is None else got.parties.get((item.case.account_id, consumer))


def _email(consumer_id: int, got: Gathered) -> str:
    return _first(consumer_id, "email", got)


def _phone(consumer_id: int, got: Gathered) -> str:
    return _first(consumer_id, "phone", got)


def _first(consumer_id: int, kind: str, got: Gathered) -> str:
    points = got.points.get(consumer_id, ())
    return next((point.address for point in points if point.channel_kind == kind), "")


def _finished(
    item: Item, text: str, house: House, language: str, wrong: lint.Finding | None, *, subject: str, url: str
) -> Text:
    """Only a letter has a subject, which is judged too; only a text has segments."""
    line = ""
    if item.case.channel == Channel.EMAIL:
        line = letters.subject_line(subject, answers=item.answered_subject, language=language)
        # A letter that answers keeps the subject that the consumer wrote, whatever it tells.
        wrong = wrong or (None if item.case.occasion in _UNLINTED else letters.wrong_subject(line))
    if wrong is not None:
        return Text(problem="wording", sentence=wrong.sentence)
    parts = segments.count(text).segments if item.case.channel == Channel.SMS else 1
    left = ""
    if item.case.channel == Channel.VOICE:
        left = scripts.voicemail_for(scripts.script_of(text), actor=house.actor)
    return Text(text, parts, subject=line, language=language, unsubscribe_url=url, voicemail=left)


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
