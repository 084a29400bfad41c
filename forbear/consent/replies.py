"""What received messages ask for, honored at once: stops, starts, and words of legal weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from forbear.agent.intents import Intent
from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.staff.models import Organization

from . import events
from .actions import Request, hold_entry, opt_in, opt_out_many, unless_just_taken
from .ledger import NewAct, record_acts
from .models import Hold
from .states import ActSource, ActType, HoldKind, OptOutChannel, OptOutSource

_CLOSES = {"voice": OptOutChannel.CALL}
_HOLDS = {
    Intent.DISPUTE: HoldKind.DISPUTE,
    Intent.ATTORNEY: HoldKind.ATTORNEY,
    Intent.CEASE: HoldKind.CEASE,
    Intent.BANKRUPTCY: HoldKind.BANKRUPTCY,
    Intent.DECEASED: HoldKind.DECEASED,
    Intent.WRONG_PARTY: HoldKind.UNCLEAR_REPLY,
}


def honor(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to received messages. Runs first: whatever follows already sees the closed address."""
    _honor_stops([d.carry for d in drafts if d.carry.reading.closes], at)
    _honor_starts([d.carry for d in drafts if d.carry.reading.primary is Intent.OPT_IN])
    known = [d.carry for d in drafts if d.carry.consumer_id is not None]
    _hold(known, at)
    _write_down(known, at)


def _honor_stops(messages: Sequence[Any], at: datetime) -> None:
    by_owner: dict[int, list[Request]] = {}
    for message in messages:
        for channel in message.reading.closes:
            by_owner.setdefault(message.organization_id, []).append(_request(message, channel))
    for owner, organization in Organization.objects.in_bulk(list(by_owner)).items():
        opt_out_many(
            organization=organization,
            requests=by_owner[owner],
            source=OptOutSource.REPLY,
            actor=SYSTEM,
            at=at,
        )


def _write_down(messages: Sequence[Any], at: datetime) -> None:
    """What the person asked for beside silence here: no calls any more, nothing at work. A time they called
    inconvenient is read by a person, who records it; until then the hold keeps everything back."""
    by_owner: dict[int, list[NewAct]] = {}
    for message in messages:
        for kind, details in _requests(message):
            by_owner.setdefault(message.organization_id, []).append(_act(message, kind, details, at))
    for owner, organization in Organization.objects.in_bulk(list(by_owner)).items():
        record_acts(organization=organization, acts=by_owner[owner], actor=SYSTEM, at=at)


def _requests(message: Any) -> Iterator[tuple[ActType, dict[str, str]]]:
    if Intent.WORKPLACE in message.reading.intents:
        yield ActType.INCONVENIENT_PLACE, {"place": "work"}
    for medium in sorted(message.reading.closes - {message.channel, OptOutChannel.ALL}):
        yield ActType.MEDIA_REQUEST, {"medium": medium, "scope": "all"}


def _act(message: Any, kind: ActType, details: dict[str, str], at: datetime) -> NewAct:
    return NewAct(
        type=kind,
        at=min(message.at, at),
        source=ActSource.CONSUMER,
        consumer_id=message.consumer_id,
        noted_on=message.account_id,
        details=details,
        evidence=message.body[:500],
        message_id=message.pk,
    )


def _honor_starts(messages: Sequence[Any]) -> None:
    houses = Organization.objects.in_bulk({message.organization_id for message in messages})
    for message in sorted(messages, key=lambda message: message.at):
        _honor_start(houses[message.organization_id], message)


def copy_provider_blocks(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to rejected messages: a stop that the gateway knows and we did not is written down here too."""
    by_owner: dict[int, list[Request]] = {}
    for draft in drafts:
        address = getattr(draft.carry, "blocked_address", "")
        if address:
            request = Request(
                channel=_closing(draft.channels[0]),
                at=at,
                address=address,
                account_id=draft.account_id,
                campaign_id=draft.campaign_id,
                message_id=draft.message_id,
                notes="Blocked at the gateway.",
            )
            by_owner.setdefault(draft.organization_id, []).append(request)
    for owner, organization in Organization.objects.in_bulk(list(by_owner)).items():
        opt_out_many(
            organization=organization,
            requests=by_owner[owner],
            source=OptOutSource.PROVIDER,
            actor=SYSTEM,
            at=at,
        )


def _request(message: Any, channel: str) -> Request:
    word = _closing(channel)
    whole = word is OptOutChannel.ALL and message.consumer_id is not None
    return Request(
        channel=word,
        at=message.at,
        address="" if whole else message.address,
        consumer_id=message.consumer_id,
        account_id=message.account_id,
        campaign_id=message.campaign_id,
        message_id=message.pk,
    )


def _closing(channel: str) -> OptOutChannel:
    return _CLOSES.get(channel) or OptOutChannel(channel)


def _honor_start(organization: Organization, message: Any) -> None:
    opt_in(
        organization=organization,
        channel=_closing(message.channel),
        address=message.address,
        at=message.at,
        words=message.body[:500],
        consumer_id=message.consumer_id,
        account_id=message.account_id,
        message_id=message.pk,
    )


def _hold(messages: Sequence[Any], at: datetime) -> None:
    """Open what does not stand yet; one hold of a kind is enough."""
    wanted = {(m.consumer_id, kind): m for m in messages for kind in _kinds(m.reading)}
    if not wanted:
        return
    holds = _opened([_new_hold(wanted[key], key[1], at) for key in sorted(wanted)])
    record([hold_entry(hold, events.HOLD_OPENED, SYSTEM) for hold in holds], at=at)


def _opened(holds: Sequence[Hold]) -> list[Hold]:
    """Those that did not stand."""
    people = {hold.consumer_id for hold in holds}

    def attempt() -> list[Hold]:
        rows = Hold.objects.filter(consumer__in=people, account=None, closed_at=None)
        standing = set(rows.values_list("consumer_id", "kind"))
        return Hold.objects.bulk_create([hold for hold in holds if (hold.consumer_id, hold.kind) not in standing])

    return unless_just_taken(attempt)


def _kinds(reading: Any) -> set[HoldKind]:
    kinds = {_HOLDS[intent] for intent in reading.intents if intent in _HOLDS}
    return kinds or ({HoldKind.UNCLEAR_REPLY} if reading.holds else set())


def _new_hold(message: Any, kind: HoldKind, at: datetime) -> Hold:
    return Hold(
        organization_id=message.organization_id,
        consumer_id=message.consumer_id,
        kind=kind,
        notes=f"The consumer's message of {message.at:%d %b %Y}.",
        opened_at=at,
        opened_by=SYSTEM,
    )
