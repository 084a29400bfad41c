"""What becomes of calls to paper phones and letters to mailboxes: as somebody noted it, else by persona and odds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .fates import Terms, picked
from .models import SimulatedConsumer
from .states import Answers, Fate, Persona, Takes

KEYS: Mapping[Persona, str] = {
    Persona.PROMISES: "2",
    Persona.ASKS: "1",
    Persona.DISPUTES: "3",
    Persona.STOPS: "9",
}
"""What each persona presses; the others listen and hang up."""

LONGEST_CALL = 90
WIRE: Mapping[Answers, str] = {
    Answers.RIGHT_PARTY: "answered",
    Answers.THIRD_PARTY: "other_person",
    Answers.WRONG_NUMBER: "wrong_number",
    Answers.NO_ANSWER: "no_answer",
    Answers.BUSY: "busy",
    Answers.VOICEMAIL: "machine",
    Answers.NOT_IN_SERVICE: "not_in_service",
    Answers.DROPPED: "dropped",
}
"""The gateway's own words for what comes of a call."""

_TAKEN_UP = frozenset({Answers.RIGHT_PARTY, Answers.THIRD_PARTY, Answers.WRONG_NUMBER, Answers.VOICEMAIL})
_BOUNCES = {
    Takes.HARD_BOUNCE: ("mailbox_unknown", "There is no such mailbox."),
    Takes.SOFT_BOUNCE: ("mailbox_full", "The mailbox is full."),
}


@dataclass(frozen=True, slots=True)
class Call:
    """How a call goes at the gateway."""

    result: Answers
    keys: str
    seconds: int


def scripts_of(addresses: Sequence[str]) -> dict[str, SimulatedConsumer]:
    """What is noted about them; one query, none where there are none."""
    rows = SimulatedConsumer.objects.filter(phone__in=set(addresses)) if addresses else ()
    return {row.phone: row for row in rows}


def call_of(phone: str, reference: str, noted: SimulatedConsumer | None, terms: Terms) -> Call:
    """As noted for the phone; else the persona takes it up, or the odds of the account say otherwise."""
    if noted is not None and noted.answers:
        result, keys = Answers(noted.answers), noted.keys
    else:
        persona = Persona(noted.persona) if noted is not None and noted.persona else terms.persona_of(phone)
        result = picked(terms.calls, terms.roll("call", reference), Answers.RIGHT_PARTY)
        keys = KEYS.get(persona, "") if result is Answers.RIGHT_PARTY else ""
    listens = result in _TAKEN_UP
    seconds = 5 + int(terms.roll("seconds", reference) * LONGEST_CALL) if listens else 0
    return Call(result, keys if listens else "", seconds)


def bounce_of(noted: SimulatedConsumer | None) -> tuple[Fate, str, str] | None:
    """What is noted for the mailbox; None where a letter's fate is that of any other message."""
    if noted is None or not noted.takes:
        return None
    if noted.takes in _BOUNCES:
        return (Fate.UNDELIVERED, *_BOUNCES[Takes(noted.takes)])
    return Fate.DELIVERED, "", ""


def sentence_of(code: str) -> str:
    """What the gateway says with a bounce."""
    return dict(_BOUNCES.values()).get(code, "")
