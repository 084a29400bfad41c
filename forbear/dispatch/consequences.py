"""What follows from keys that were pressed, wrong numbers, bounces and complaints: the way in question is closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from forbear.compliance.actions import SYSTEM, Draft
from forbear.consent.actions import Request, opt_out_many
from forbear.consent.ledger import NewAct, record_acts
from forbear.consent.states import ActSource, ActType, OptOutChannel, OptOutSource
from forbear.staff.models import Organization

from .contacts import Bounced, Ended
from .states import CallResult, Disposition

TALKED = frozenset({Disposition.PROMISE_TO_PAY, Disposition.CALLBACK_SCHEDULED, Disposition.DISPUTE})
"""After these a person goes on: the engine lets go of the account."""

_SAYS = {CallResult.WRONG_NUMBER: ActType.WRONG_PARTY, CallResult.NOT_IN_SERVICE: ActType.OUT_OF_SERVICE}
_EVIDENCE = {
    ActType.WRONG_PARTY: "Whoever answered our call is somebody else.",
    ActType.OUT_OF_SERVICE: "The gateway says that the number is not in service.",
    ActType.BOUNCE: "The mail server knows no such mailbox.",
}
One = TypeVar("One")


class Whose(Protocol):
    """An address, and the person it is on record for."""

    @property
    def consumer_id(self) -> int | None: ...

    @property
    def address(self) -> str: ...


def calls_in(drafts: Sequence[Draft]) -> Iterator[tuple[Draft, Ended]]:
    """The entries about calls that have ended, with their calls."""
    return ((draft, draft.carry.call) for draft in drafts if draft.carry is not None and draft.carry.call is not None)


def honor_keys(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to calls that have ended: whoever pressed the key that stops calls gets none any more."""
    wishes = [
        (draft.organization_id, _wish(draft, call, OptOutChannel.CALL, "A key pressed in a call.", call.at))
        for draft, call in calls_in(drafts)
        if call.stops_calls
    ]
    _opt_out(wishes, OptOutSource.KEYPAD, at)


def close_unwanted(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to complaints: the address gets no more letters."""
    why = "Reported to the mail provider as unwanted."
    wishes = [(draft.organization_id, _wish(draft, draft.carry, OptOutChannel.EMAIL, why, at)) for draft in drafts]
    _opt_out(wishes, OptOutSource.PROVIDER, at)


def close_wrong_numbers(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to calls that have ended: a number that is somebody else's, or nobody's, is not used again."""
    told = [(draft, call, _SAYS[call.result]) for draft, call in calls_in(drafts) if call.result in _SAYS]
    _record([(draft.organization_id, _act(draft, call, kind, call.at)) for draft, call, kind in told], at)


def close_bounced(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to what was not delivered: an e-mail address that does not exist is not used again."""
    gone = [draft for draft in drafts if isinstance(draft.carry, Bounced) and draft.carry.permanent]
    _record([(draft.organization_id, _act(draft, draft.carry, ActType.BOUNCE, at)) for draft in gone], at)


def _wish(draft: Draft, whose: Whose, channel: OptOutChannel, why: str, acted_at: datetime) -> Request:
    return Request(
        channel=channel,
        at=acted_at,
        address=whose.address,
        consumer_id=whose.consumer_id,
        account_id=draft.account_id,
        campaign_id=draft.campaign_id,
        message_id=draft.message_id,
        notes=why,
    )


def _opt_out(wishes: Sequence[tuple[int, Request]], source: OptOutSource, at: datetime) -> None:
    for organization, requests in _by_house(wishes):
        opt_out_many(organization=organization, requests=requests, source=source, actor=SYSTEM, at=at)


def _act(draft: Draft, whose: Whose, kind: ActType, acted_at: datetime) -> NewAct:
    return NewAct(
        type=kind,
        at=acted_at,
        source=ActSource.PROVIDER,
        consumer_id=whose.consumer_id,
        noted_on=draft.account_id,
        channel=draft.channels[0],
        address=whose.address,
        evidence=_EVIDENCE[kind],
        message_id=draft.message_id,
    )


def _record(acts: Sequence[tuple[int, NewAct]], at: datetime) -> None:
    for organization, some in _by_house(acts):
        record_acts(organization=organization, acts=some, actor=SYSTEM, at=at)


def _by_house(rows: Sequence[tuple[int, One]]) -> Iterator[tuple[Organization, list[One]]]:
    """By organization; no query where there is nothing."""
    by_owner: dict[int, list[One]] = {}
    for owner, row in rows:
        by_owner.setdefault(owner, []).append(row)
    if by_owner:
        for owner, organization in Organization.objects.in_bulk(list(by_owner)).items():
            yield organization, by_owner[owner]
