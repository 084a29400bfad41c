"""What a person consented to and asked for, on an account's page: what stands, and how one records more of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from forbear.accounts.models import Account
from forbear.consent import queries
from forbear.consent.details import WEEKDAYS
from forbear.consent.ledger import NewAct
from forbear.consent.models import Act
from forbear.consent.states import OURS, ActSource, ActType

from .names import names_of

SHOWN = 12
MEDIA = {
    "sms": "by SMS",
    "email": "by e-mail",
    "voice": "by telephone",
    "whatsapp": "by WhatsApp",
    "letter": "by letter",
}
PLAIN = {"given_to": "given to the {}", "through": "until {}", "place": "at {}", "portion": "about {}", "name": "{}"}


def words_of(act: Act) -> str:
    """The details of an act in a few words: "Mon, Tue, 9:00 to 17:00"."""
    told = act.details
    said = [words.format(told[name]) for name, words in PLAIN.items() if name in told]
    if act.type == ActType.INCONVENIENT_TIME:
        days = ", ".join(WEEKDAYS[day].capitalize() for day in told["weekdays"])
        said = [f"{days}, {_clock(told['start'])} to {_clock(told['end'])}"]
    if "medium" in told and act.type in (ActType.MEDIA_REQUEST, ActType.MEDIA_REQUEST_LIFTED):
        said.append(MEDIA[told["medium"]])
    if "in_writing" in told:
        said.append("in writing" if told["in_writing"] else "by word of mouth")
    return ", ".join(said)


def _clock(second: int) -> str:
    return f"{second // 3600}:{second % 3600 // 60:02}"


@dataclass(frozen=True)
class ActShown:
    """An act with its words and the name of who recorded it."""

    act: Act
    words: str
    by: str


def acts_of(account: Account) -> list[ActShown]:
    """What stands for this account and its person, the newest first; two queries."""
    rows = queries.acts(account.organization, consumer_id=account.consumer_id).exclude(type=ActType.VOID)
    mine = rows.filter(Q(account_id=account.pk) | Q(account_id=None), void_reason=None)
    found = list(mine.order_by("-at", "-pk")[:SHOWN])
    who = names_of((act.recorded_by for act in found), account.organization_id)
    return [ActShown(act, words_of(act), who.get(act.recorded_by) or "the system") for act in found]


STOP_CALLS, NOT_AT_WORK = "stop_calls", "not_at_work"
CHOICES = [
    (ActType.INCONVENIENT_TIME, "They called a time inconvenient"),
    (STOP_CALLS, "They asked us to stop calling"),
    (NOT_AT_WORK, "They asked us not to contact them at work"),
    (ActType.EMPLOYER_PROHIBITS, "Their employer does not allow contact at work"),
    (ActType.CONSENT, "They consented, in words or in writing"),
    (ActType.REVOCATION, "They took their consent back"),
    (ActType.CEASE_NOTICE, "They asked us to stop contacting them"),
    (ActType.ATTORNEY_KNOWN, "A lawyer speaks for them"),
    (ActType.DISPUTE, "They dispute the debt"),
    (ActType.VERIFICATION_SENT, "We sent the verification of the debt"),
    (ActType.WRONG_PARTY, "The number or address is somebody else's"),
]
_ABOUT_THE_DEBT = frozenset({ActType.CEASE_NOTICE, ActType.ATTORNEY_KNOWN, ActType.DISPUTE, ActType.VERIFICATION_SENT})


def new_act(account: Account, told: dict[str, Any], at: datetime) -> NewAct:
    """What the form says, as an act of the person of this account."""
    kind = {STOP_CALLS: ActType.MEDIA_REQUEST, NOT_AT_WORK: ActType.INCONVENIENT_PLACE}.get(told["what"])
    kind = kind or ActType(told["what"])
    return NewAct(
        type=kind,
        at=told["at"] or at,
        source=ActSource.STAFF if kind in OURS else ActSource.CONSUMER,
        consumer_id=account.consumer_id,
        account_id=account.pk if kind in _ABOUT_THE_DEBT else None,
        noted_on=account.pk,
        address=told["address"] if kind not in _ABOUT_THE_DEBT else "",
        details=dict(_details(kind, told)),
        evidence=told["said"],
    )


def _details(kind: ActType, told: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    if kind is ActType.INCONVENIENT_TIME:
        yield "weekdays", told["weekdays"]
        yield "start", f"{told['start']:%H:%M}" if told["start"] else "00:00"
        yield "end", f"{told['end']:%H:%M}" if told["end"] else "24:00"
    if kind is ActType.MEDIA_REQUEST:
        yield "medium", "voice"
        yield "scope", "contact" if told["address"] else "all"
    if kind is ActType.INCONVENIENT_PLACE and not told["address"]:
        yield "place", "work"
    if kind is ActType.CONSENT:
        yield "given_to", "collector"
    if kind in (ActType.CEASE_NOTICE, ActType.DISPUTE):
        yield "in_writing", told["in_writing"]
