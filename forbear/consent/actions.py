"""Verbs of the consent room. What a consumer asks for binds at once, in the transaction that learns of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from django.db import IntegrityError, connection, transaction

from forbear.accounts.models import Account, Consumer
from forbear.compliance.actions import Draft, record
from forbear.core.phone import normalize
from forbear.staff.models import Organization

from . import events
from .models import Act, Hold, OptOut
from .refusals import HoldClosed, HoldStands, NotAnAddress, WhoseOptOut
from .states import ActSource, ActType, HoldKind, OptOutChannel, OptOutSource


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to be left alone: an address, or a whole person. `at` is when the consumer acted."""

    channel: OptOutChannel
    at: datetime
    address: str = ""
    consumer_id: int | None = None
    account_id: int | None = None
    campaign_id: int | None = None
    message_id: int | None = None
    notes: str = ""


def normalized(address: str, *, country: str) -> str:
    """E.164 or a case-folded e-mail address. Raises NotAnAddress."""
    text = address.strip()
    if "@" in text:
        name, _, domain = text.partition("@")
        if not name or "." not in domain or any(c.isspace() for c in text) or len(text) > 254:
            raise NotAnAddress(f"{text[:60]!r} is not an e-mail address.", fields={"address": "Not an address."})
        return text.casefold()
    phone = normalize(text, country)
    if phone is None:
        raise NotAnAddress(f"{text[:60]!r} is not a telephone number.", fields={"address": "Not a number."})
    return phone


def opt_out(
    *,
    organization: Organization,
    channel: OptOutChannel,
    source: OptOutSource,
    actor: str,
    at: datetime,
    address: str = "",
    consumer: Consumer | None = None,
    account: Account | None = None,
    acted_at: datetime | None = None,
    notes: str = "",
) -> OptOut:
    """Close a channel for an address, or for the whole person. A repeat is harmless and logged.

    Raises WhoseOptOut, NotAnAddress.
    """
    if not address and consumer is None:
        raise WhoseOptOut(fields={"address": "Give an address or a consumer."})
    request = Request(
        channel=channel,
        at=acted_at or at,
        address=normalized(address, country=organization.country) if address else "",
        consumer_id=consumer.pk if consumer else None,
        account_id=account.pk if account else None,
        notes=notes,
    )
    with transaction.atomic():
        return opt_out_many(organization=organization, requests=[request], source=source, actor=actor, at=at)[0]


def opt_out_many(
    *, organization: Organization, requests: Sequence[Request], source: OptOutSource, actor: str, at: datetime
) -> list[OptOut]:
    """Several at once; gives the standing opt-out of each, new or old. In the caller's transaction."""
    latest = {_key(request): request for request in sorted(requests, key=lambda request: request.at)}
    once = dict(sorted(latest.items(), key=lambda pair: (*pair[0][:2], pair[0][2] or 0)))
    old, fresh = _closed(organization, [_row(organization, one, source, actor, at) for one in once.values()])
    _said_again([(row, once[key]) for key, row in old.items()])
    rows = old | fresh
    told = [
        (events.OPTED_OUT if key in fresh else events.OPT_OUT_REPEATED, one, rows[key]) for key, one in once.items()
    ]
    record([_entry(event, request, row, actor) for event, request, row in told], at=at)
    return [rows[_key(request)] for request in requests]


Key = tuple[str, str, int | None]
Rows = dict[Key, OptOut]
Made = TypeVar("Made")
_TRIES = 4


def _key(wish: Request | OptOut) -> Key:
    return str(wish.channel), wish.address, None if wish.address else wish.consumer_id


def _closed(organization: Organization, rows: Sequence[OptOut]) -> tuple[Rows, Rows]:
    """What stood already, and what is new."""

    def attempt() -> tuple[Rows, Rows]:
        old = _standing(organization, rows)
        fresh = {_key(row): row for row in rows if _key(row) not in old}
        OptOut.objects.bulk_create(fresh.values())
        return old, fresh

    return unless_just_taken(attempt)


def unless_just_taken(attempt: Callable[[], Made]) -> Made:
    """Where somebody else writes the same row at this moment, look again: theirs stands."""
    for _ in range(_TRIES):
        with suppress(IntegrityError), transaction.atomic():
            return attempt()
    return attempt()


def _said_again(pairs: Iterable[tuple[OptOut, Request]]) -> None:
    """The last time counts: a START from before it does not lift it any more."""
    later = [(row, request.at) for row, request in pairs if request.at > row.at]
    for row, at in later:
        row.at = at
    if later:
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE consent_optout o SET at = v.at FROM unnest(%s::bigint[], %s::timestamptz[]) AS v(id, at)
                   WHERE o.id = v.id""",
                [[row.pk for row, _ in later], [at for _, at in later]],
            )


def _standing(organization: Organization, wanted: Sequence[OptOut]) -> Rows:
    """Those of the same keys that stand; locked, so that nobody lifts them before we are done."""
    rows = OptOut.objects.of(organization).select_for_update().filter(lifted_at=None).order_by("pk")
    by_address = rows.filter(address__in=[row.address for row in wanted if row.address])
    by_person = rows.filter(address="", consumer_id__in=[row.consumer_id for row in wanted if not row.address])
    keys = {_key(row) for row in wanted}
    return {key: row for row in [*by_address, *by_person] if (key := _key(row)) in keys}


def _row(organization: Organization, request: Request, source: OptOutSource, actor: str, at: datetime) -> OptOut:
    return OptOut(
        organization=organization,
        channel=request.channel,
        address=request.address,
        consumer_id=request.consumer_id,
        source=source,
        notes=request.notes,
        message_id=request.message_id,
        at=request.at,
        recorded_at=at,
        recorded_by=actor,
    )


def _entry(event: str, request: Request, row: OptOut, actor: str) -> Draft:
    return Draft(
        organization_id=row.organization_id,
        event=event,
        actor=actor,
        account_id=request.account_id,
        campaign_id=request.campaign_id,
        message_id=request.message_id,
        channels=(str(request.channel),),
        facts={"opt_out": row.pk, "source": str(row.source), "whole_person": not row.address},
        carry=row,
        personal=quoted(address=row.address, notes=request.notes),
        consumer_id=None if request.account_id else row.consumer_id,
    )


def opt_in(
    *,
    organization: Organization,
    channel: OptOutChannel,
    address: str,
    at: datetime,
    words: str = "",
    consumer_id: int | None = None,
    account_id: int | None = None,
    message_id: int | None = None,
) -> list[OptOut]:
    """The consumer's own START, from the same address, later than the stop: reopens exactly that. In the caller's
    transaction; gives what was lifted. Cease, attorney and other holds stand."""
    actor = f"consumer:{consumer_id}" if consumer_id else "consumer"
    rows = _reopened(organization, channel, address, actor, at)
    Act.objects.create(
        organization=organization,
        type=ActType.OPT_IN,
        channel=channel,
        address=address,
        consumer_id=consumer_id,
        details={"method": "reply"},
        evidence=words,
        source=ActSource.CONSUMER,
        message_id=message_id,
        at=at,
        recorded_at=at,
        recorded_by=actor,
    )
    told = Draft(
        organization.pk,
        events.OPTED_IN,
        actor,
        account_id=account_id,
        message_id=message_id,
        channels=(str(channel),),
        facts={"lifted": [row.pk for row in rows]},
        consumer_id=None if account_id else consumer_id,
    )
    record([told], at=at)
    return rows


def _reopened(
    organization: Organization, channel: OptOutChannel, address: str, actor: str, at: datetime
) -> list[OptOut]:
    """Lifts what stood at exactly this address, if the stop came before the start."""
    standing = OptOut.objects.of(organization).select_for_update().filter(lifted_at=None)
    rows = list(standing.filter(channel=channel, address=address, at__lt=at).order_by("pk"))
    for row in rows:
        row.lifted_at, row.lifted_by, row.lift_reason = at, actor, "The consumer asked for it again."
    OptOut.objects.bulk_update(rows, ["lifted_at", "lifted_by", "lift_reason"])
    return rows


def open_hold(
    *,
    consumer: Consumer,
    kind: HoldKind,
    actor: str,
    at: datetime,
    account: Account | None = None,
    notes: str = "",
) -> Hold:
    """A reason not to contact the person, or about the one account. Raises HoldStands."""
    with transaction.atomic():
        hold, made = Hold.objects.get_or_create(
            consumer=consumer,
            account=account,
            kind=kind,
            closed_at=None,
            defaults={
                "organization_id": consumer.organization_id,
                "notes": notes,
                "opened_at": at,
                "opened_by": actor,
            },
        )
        if not made:
            raise HoldStands
        record([hold_entry(hold, events.HOLD_OPENED, actor, personal=quoted(notes=notes))], at=at)
    return hold


def close_hold(*, hold: Hold, reason: str, actor: str, at: datetime) -> None:
    """Lifts this one and no other. Raises HoldClosed."""
    with transaction.atomic():
        closed = Hold.objects.filter(pk=hold.pk, closed_at=None).update(
            closed_at=at, closed_by=actor, close_reason=reason
        )
        if not closed:
            raise HoldClosed
        record([hold_entry(hold, events.HOLD_CLOSED, actor, personal=quoted(reason=reason))], at=at)
    hold.refresh_from_db()


def quoted(**texts: str) -> dict[str, str]:
    """What an entry keeps in the vault: those texts that say something."""
    return {name: text for name, text in texts.items() if text.strip()}


def hold_entry(hold: Hold, event: str, actor: str, *, personal: Mapping[str, str] = MappingProxyType({})) -> Draft:
    """The entry about a hold."""
    return Draft(
        hold.organization_id,
        event,
        actor,
        account_id=hold.account_id,
        facts={"hold": hold.pk, "kind": str(hold.kind), "whole_person": hold.account_id is None},
        carry=hold,
        personal=personal,
        consumer_id=None if hold.account_id else hold.consumer_id,
    )
