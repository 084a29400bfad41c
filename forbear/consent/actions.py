"""Verbs of the consent room. What a consumer asks for binds at once, in the transaction that learns of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from forbear.accounts.models import Account, Consumer
from forbear.compliance.actions import Draft, record
from forbear.core.phone import normalize
from forbear.staff.models import Organization

from . import events
from .models import Consent, Hold, OptOut
from .refusals import AlreadyLifted, HoldClosed, HoldStands, LiftNeedsEvidence, NotAnAddress, WhoseOptOut
from .states import HoldKind, OptOutChannel, OptOutSource


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
    once = {(r.channel, r.address, r.consumer_id if not r.address else None): r for r in requests}
    _one_at_a_time(organization)
    standing = _standing(organization, once.values())
    drafts, rows = [], []
    for key, request in once.items():
        old = standing.get(key)
        row = old or _row(organization, request, source, actor, at)
        if old is None:
            rows.append(row)
        standing[key] = row
        drafts.append((events.OPT_OUT_REPEATED if old else events.OPTED_OUT, request, row))
    OptOut.objects.bulk_create(rows)
    record([_entry(event, request, row, actor) for event, request, row in drafts], at=at)
    return [standing[(r.channel, r.address, r.consumer_id if not r.address else None)] for r in requests]


def _one_at_a_time(organization: Organization) -> None:
    """Two who close the same address in the same moment: the second one finds it closed. Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_CLOSING, organization.pk % 2**31])


_CLOSING = 0x4F5054  # the class of these locks


def _standing(organization: Organization, requests: Iterable[Request]) -> dict[tuple[str, str, int | None], OptOut]:
    requests = list(requests)
    rows = OptOut.objects.of(organization).filter(lifted_at=None)
    by_address = rows.filter(address__in=[r.address for r in requests if r.address])
    by_person = rows.filter(address="", consumer_id__in=[r.consumer_id for r in requests if not r.address])
    return {
        (row.channel, row.address, None if row.address else row.consumer_id): row for row in [*by_address, *by_person]
    }


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
    rows = list(
        OptOut.objects.of(organization)
        .select_for_update()
        .filter(lifted_at=None, channel=channel, address=address, at__lt=at)
    )
    actor = f"consumer:{consumer_id}" if consumer_id else "consumer"
    for row in rows:
        row.lifted_at, row.lifted_by, row.lift_reason = at, actor, "The consumer asked for it again."
    OptOut.objects.bulk_update(rows, ["lifted_at", "lifted_by", "lift_reason"])
    Consent.objects.create(
        organization=organization,
        channel=channel,
        address=address,
        consumer_id=consumer_id,
        words=words,
        source=OptOutSource.REPLY,
        message_id=message_id,
        at=at,
        recorded_at=at,
    )
    record(
        [
            Draft(
                organization.pk,
                events.OPTED_IN,
                actor,
                account_id=account_id,
                message_id=message_id,
                channels=(str(channel),),
                facts={"lifted": [row.pk for row in rows]},
            )
        ],
        at=at,
    )
    return rows


def lift(*, opt_out: OptOut, reason: str, evidence: str, actor: str, at: datetime) -> None:
    """Reopen by hand, with the evidence that the consumer asked. Raises LiftNeedsEvidence, AlreadyLifted."""
    missing = {name: "Say it." for name, text in (("reason", reason), ("evidence", evidence)) if not text.strip()}
    if missing:
        raise LiftNeedsEvidence(fields=missing)
    with transaction.atomic():
        lifted = OptOut.objects.filter(pk=opt_out.pk, lifted_at=None).update(
            lifted_at=at, lifted_by=actor, lift_reason=reason, lift_evidence=evidence
        )
        if not lifted:
            raise AlreadyLifted
        facts = {"opt_out": opt_out.pk}
        record([Draft(opt_out.organization_id, events.OPT_OUT_LIFTED, actor, facts=facts)], at=at)
    opt_out.refresh_from_db()


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
        record([hold_entry(hold, events.HOLD_OPENED, actor)], at=at)
    return hold


def close_hold(*, hold: Hold, reason: str, actor: str, at: datetime) -> None:
    """Lifts this one and no other. Raises HoldClosed."""
    with transaction.atomic():
        closed = Hold.objects.filter(pk=hold.pk, closed_at=None).update(
            closed_at=at, closed_by=actor, close_reason=reason
        )
        if not closed:
            raise HoldClosed
        record([hold_entry(hold, events.HOLD_CLOSED, actor)], at=at)
    hold.refresh_from_db()


def hold_entry(hold: Hold, event: str, actor: str) -> Draft:
    """The entry about a hold."""
    return Draft(
        hold.organization_id,
        event,
        actor,
        account_id=hold.account_id,
        facts={"hold": hold.pk, "kind": str(hold.kind), "whole_person": hold.account_id is None},
        carry=hold,
    )
