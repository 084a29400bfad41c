"""The ledger of acts: what consumers and others did and said. Recorded once, never edited, ordered by when they acted.

Files and notes may close a way to somebody and never open one. Acts that amount to an opt-out or a hold open those rows
in the same transaction; the policy reads opt-outs and holds from there, and folds everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from forbear.accounts.models import Account, Consumer
from forbear.compliance.actions import Draft, record
from forbear.core.refusal import NotFound
from forbear.staff.models import Organization

from . import events
from .actions import Request, normalized, opt_out_many
from .details import ENDED, told
from .holding import hold_by_acts, lock
from .models import Act, OptOut
from .refusals import (
    AlreadyVoid,
    ClosedAnAddress,
    EvidenceNeeded,
    MayOnlyClose,
    NotYetHappened,
    OpensByItself,
    UnusableAct,
)
from .states import (
    ABOUT_AN_ACCOUNT,
    ABOUT_AN_ADDRESS,
    CLOSING,
    FILES,
    FIRST_HAND,
    HOLDING,
    MAY_BE_NOBODYS,
    OURS,
    ActSource,
    ActType,
    OptOutChannel,
    OptOutSource,
)

_CHANNELS = frozenset({"", "sms", "email", "voice", "call", "phone", "whatsapp", "any", "all", "letter"})
_CLOSES = {"": "all", "any": "all", "voice": "call", "phone": "call"}
_SOURCES = {
    ActSource.CONSUMER: OptOutSource.STAFF,
    ActSource.OTHER_PARTY: OptOutSource.STAFF,
    ActSource.STAFF: OptOutSource.STAFF,
    ActSource.PROVIDER: OptOutSource.PROVIDER,
    ActSource.API: OptOutSource.API,
    ActSource.CREDITOR_FILE: OptOutSource.FILE,
    ActSource.IMPORT: OptOutSource.FILE,
}


@dataclass(frozen=True, slots=True)
class NewAct:
    """An act to record. `at`: when the party acted. `noted_on`: the account whose story shows it, where it is about the
    whole person. `details`: as `details.told` reads them."""

    type: ActType
    at: datetime
    source: ActSource
    consumer_id: int | None = None
    account_id: int | None = None
    channel: str = ""
    address: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    evidence: str = ""
    message_id: int | None = None
    noted_on: int | None = None


def record_acts(*, organization: Organization, acts: Sequence[NewAct], actor: str, at: datetime) -> list[Act]:
    """All of them or none, in one transaction; the rows in the order given.

    Raises UnusableAct, NotAnAddress, MayOnlyClose, OpensByItself, EvidenceNeeded, NotYetHappened, NotFound.
    """
    with transaction.atomic():
        whole = [_checked(organization, act, at) for act in _with_people(organization, acts)]
        people = sorted({act.consumer_id for act in whole if act.consumer_id is not None})
        lock(people)
        rows = Act.objects.bulk_create([_row(organization, act, actor, at) for act in whole])
        record([_entry(row, act, actor) for row, act in zip(rows, whole, strict=True)], at=at)
        _close_addresses(organization, whole, actor, at)
        held = sorted({act.consumer_id for act in whole if act.type in HOLDING and act.consumer_id is not None})
        if held:
            hold_by_acts(held, actor=actor, at=at)
    return rows


def void_act(*, act: Act, reason: str, actor: str, at: datetime) -> Act:
    """Takes back an act that was recorded by mistake; the holds that followed from it end.

    Raises EvidenceNeeded without a reason, AlreadyVoid, ClosedAnAddress.
    """
    if not reason.strip():
        raise EvidenceNeeded("Say why this act is taken back.", fields={"reason": "Say it."})
    if act.type in (ActType.OPT_OUT, ActType.OPT_IN):
        raise ClosedAnAddress
    with transaction.atomic():
        if act.consumer_id is not None:
            lock([act.consumer_id])
        if act.type == ActType.VOID or Act.objects.filter(voids_id=act.pk).exists():
            raise AlreadyVoid
        void = Act.objects.create(
            organization_id=act.organization_id,
            type=ActType.VOID,
            consumer_id=act.consumer_id,
            account_id=act.account_id,
            address=act.address,
            source=ActSource.STAFF,
            evidence=reason.strip(),
            voids_id=act.pk,
            at=at,
            recorded_at=at,
            recorded_by=actor,
        )
        facts = {"act": act.pk, "type": str(act.type), "void": void.pk}
        whose = None if act.account_id else act.consumer_id
        told = Draft(act.organization_id, events.ACT_VOIDED, actor, act.account_id, facts=facts, consumer_id=whose)
        record([told], at=at)
        if act.type in HOLDING and act.consumer_id is not None:
            hold_by_acts([act.consumer_id], actor=actor, at=at)
    return void


def _with_people(organization: Organization, acts: Sequence[NewAct]) -> list[NewAct]:
    """Each with its consumer, where it names an account. Raises NotFound for what is not the organization's."""
    numbers = {act.account_id for act in acts} - {None}
    owners = dict(Account.objects.of(organization).filter(pk__in=numbers).values_list("pk", "consumer_id"))
    if missing := numbers - owners.keys():
        raise NotFound(f"There is no account {min(missing)}.")
    whole = [replace(act, consumer_id=owners[act.account_id]) if act.account_id else act for act in acts]
    people = {act.consumer_id for act in whole} - {None}
    known = set(Consumer.objects.of(organization).filter(pk__in=people).values_list("pk", flat=True))
    if people - known:
        raise NotFound
    return whole


def _checked(organization: Organization, act: NewAct, at: datetime) -> NewAct:
    if act.at > at:
        raise NotYetHappened(fields={"at": "This is in the future."})
    details = told(act.type, act.details)
    _refuse_opening(act, details)
    address = normalized(act.address, country=organization.country) if act.address else ""
    if wrong := _wrong(act, address):
        raise UnusableAct(" ".join(wrong.values()), fields=wrong)
    return replace(act, address=address, details=details)


def _refuse_opening(act: NewAct, details: Mapping[str, Any]) -> None:
    if act.type in (ActType.OPT_IN, ActType.VOID):
        raise OpensByItself(fields={"type": "This is not recorded by hand."})
    if act.type in CLOSING and details.get("status") not in ENDED:
        return
    known = act.source in FIRST_HAND or (act.type in OURS and act.source not in FILES)
    if not known:
        raise MayOnlyClose(fields={"source": "Only the party that acted can open a way again."})
    if not act.evidence.strip():
        raise EvidenceNeeded(fields={"evidence": "Say it."})


def _wrong(act: NewAct, address: str) -> dict[str, str]:
    wrong = {}
    if act.channel not in _CHANNELS:
        wrong["channel"] = f"One of {', '.join(sorted(_CHANNELS - {''}))}."
    if act.type is ActType.OPT_OUT and _CLOSES.get(act.channel, act.channel) not in set(OptOutChannel):
        wrong["channel"] = f"One of {', '.join(OptOutChannel)}."
    if act.type in ABOUT_AN_ADDRESS and not address:
        wrong["address"] = "Name the number or the address that this is about."
    if act.type in ABOUT_AN_ACCOUNT and act.account_id is None:
        wrong["account_id"] = "Name the account that this is about."
    if act.consumer_id is None and (act.type not in MAY_BE_NOBODYS or not address):
        wrong["consumer_id"] = "Name the person, or an account of theirs."
    if act.type is ActType.INCONVENIENT_PLACE and not address and "place" not in act.details:
        wrong["details.place"] = "Name the place or the address."
    return wrong


def _row(organization: Organization, act: NewAct, actor: str, at: datetime) -> Act:
    return Act(
        organization=organization,
        type=act.type,
        consumer_id=act.consumer_id,
        account_id=act.account_id,
        channel=act.channel,
        address=act.address,
        details=dict(act.details),
        source=act.source,
        evidence=act.evidence.strip(),
        message_id=act.message_id,
        at=act.at,
        recorded_at=at,
        recorded_by=actor,
    )


def _entry(row: Act, act: NewAct, actor: str) -> Draft:
    return Draft(
        row.organization_id,
        events.ACT_RECORDED,
        actor,
        account_id=act.account_id or act.noted_on,
        message_id=act.message_id,
        channels=(row.channel,) if row.channel else (),
        facts={"act": row.pk, "type": str(row.type), "source": str(row.source), "acted_at": row.at.isoformat()},
        carry=row,
        consumer_id=None if act.account_id or act.noted_on else row.consumer_id,
    )


def _close_addresses(organization: Organization, acts: Iterable[NewAct], actor: str, at: datetime) -> None:
    """Opt-outs told here stand among the others, unless the consumer opened the same later."""
    wishes = [(act, _wish(act)) for act in acts if act.type is ActType.OPT_OUT]
    opened = _opened_later(organization, [wish for _, wish in wishes])
    by_source: dict[OptOutSource, list[Request]] = {}
    for act, wish in wishes:
        if opened.get(_key(wish), act.at) <= act.at:
            by_source.setdefault(_SOURCES[act.source], []).append(wish)
    for source, requests in by_source.items():
        opt_out_many(organization=organization, requests=requests, source=source, actor=actor, at=at)


def _wish(act: NewAct) -> Request:
    return Request(
        channel=OptOutChannel(_CLOSES.get(act.channel, act.channel)),
        at=act.at,
        address=act.address,
        consumer_id=act.consumer_id,
        account_id=act.account_id or act.noted_on,
        message_id=act.message_id,
        notes=act.evidence,
    )


Key = tuple[str, str, int | None]


def _key(wish: Request | OptOut) -> Key:
    return str(wish.channel), wish.address, None if wish.address else wish.consumer_id


def _opened_later(organization: Organization, wishes: Sequence[Request]) -> dict[Key, datetime]:
    """When what these wishes close was last opened again."""
    if not wishes:
        return {}
    lifted = OptOut.objects.of(organization).filter(lifted_at__isnull=False)
    rows = [
        *lifted.filter(address__in=[wish.address for wish in wishes if wish.address]),
        *lifted.filter(address="", consumer_id__in=[wish.consumer_id for wish in wishes if not wish.address]),
    ]
    last: dict[Key, datetime] = {}
    for row in rows:
        assert row.lifted_at is not None
        last[_key(row)] = max(row.lifted_at, last.get(_key(row), row.lifted_at))
    starts = Act.objects.of(organization).filter(
        type=ActType.OPT_IN, address__in=[wish.address for wish in wishes if wish.address]
    )
    for act in starts:
        key = (_CLOSES.get(act.channel, act.channel), act.address, None)
        last[key] = max(act.at, last.get(key, act.at))
    return last
