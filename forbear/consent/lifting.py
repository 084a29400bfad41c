"""Opening a channel again by hand: one person asks with the evidence, a second one confirms.

Re-opt-in is otherwise the consumer's own act (compliance reference, section 7): never a colleague's note alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from forbear.compliance.actions import Draft, record
from forbear.compliance.models import Entry
from forbear.staff.models import ApiKey, Organization, Person
from forbear.staff.permissions import OF_ROLE, Permission

from . import events
from .actions import quoted
from .models import Lift, OptOut
from .refusals import (
    AlreadyLifted,
    EvidenceTooLarge,
    LiftAsked,
    LiftNeedsEvidence,
    NoLiftAsked,
    NotTheirMessage,
    SecondPersonNeeded,
    StoppedAgain,
)
from .states import LIFT, LiftStatus

LARGEST_EVIDENCE = 2 * 1024 * 1024
ONLY_ONE = (
    "Only one person here may lift opt-outs, and two are needed: invite a second manager or administrator under "
    "Settings, Staff and roles."
)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that shows what the consumer asked for."""

    name: str
    content: bytes


def ask_lift(
    *,
    opt_out: OptOut,
    reason: str,
    evidence: str,
    actor: str,
    at: datetime,
    message_id: int | None = None,
    file: EvidenceFile | None = None,
) -> Lift:
    """Ask to open the channel again; nothing is open yet. Raises LiftNeedsEvidence, EvidenceTooLarge, NotTheirMessage,
    AlreadyLifted, LiftAsked.
    """
    _require(opt_out, reason, evidence, message_id, file)
    try:
        with transaction.atomic():
            if OptOut.objects.select_for_update().get(pk=opt_out.pk).lifted_at is not None:
                raise AlreadyLifted
            lift = Lift.objects.create(
                organization_id=opt_out.organization_id,
                opt_out=opt_out,
                reason=reason.strip(),
                evidence=evidence.strip(),
                message_id=message_id,
                asked_at=at,
                asked_by=actor,
                **_kept(file),
            )
            record([_entry(lift, events.LIFT_ASKED, actor, quoted(reason=reason, evidence=evidence))], at=at)
    except IntegrityError:
        raise LiftAsked from None
    return lift


def _require(opt_out: OptOut, reason: str, evidence: str, message_id: int | None, file: EvidenceFile | None) -> None:
    missing = {name: "Say it." for name, text in (("reason", reason), ("evidence", evidence)) if not text.strip()}
    if missing:
        raise LiftNeedsEvidence(fields=missing)
    if file is not None and len(file.content) > LARGEST_EVIDENCE:
        raise EvidenceTooLarge(fields={"file": EvidenceTooLarge.__doc__ or ""})
    if message_id is not None:
        heard = Entry.objects.of(opt_out.organization).filter(event="dispatch:message:received", message_id=message_id)
        if not heard.exists():
            raise NotTheirMessage(fields={"message_id": NotTheirMessage.__doc__ or ""})


def _kept(file: EvidenceFile | None) -> dict[str, Any]:
    if file is None:
        return {}
    return {"file": file.content, "file_name": file.name[-120:], "file_hash": sha256(file.content).hexdigest()}


def confirm_lift(*, opt_out: OptOut, actor: str, at: datetime) -> OptOut:
    """A second person has looked at the evidence: the channel is open. Raises NoLiftAsked, SecondPersonNeeded,
    StoppedAgain.
    """
    with transaction.atomic():
        row, lift = _asked(opt_out)
        if behind(lift.asked_by) == behind(actor):
            raise SecondPersonNeeded(second_person_sentence(row.organization))
        if row.at > lift.asked_at:
            raise StoppedAgain
        if not LIFT.move(lift, "confirm", decided_at=at, decided_by=actor):
            raise NoLiftAsked
        row.lifted_at, row.lifted_by = at, actor
        row.lift_reason, row.lift_evidence = lift.reason, lift.evidence
        row.save(update_fields=["lifted_at", "lifted_by", "lift_reason", "lift_evidence"])
        said = quoted(reason=lift.reason, evidence=lift.evidence)
        record([_entry(lift, events.OPT_OUT_LIFTED, actor, said, asked_by=lift.asked_by)], at=at)
    return row


def decline_lift(*, opt_out: OptOut, reason: str, actor: str, at: datetime) -> OptOut:
    """The opt-out stands; whoever asked may take it back this way too. Raises LiftNeedsEvidence, NoLiftAsked."""
    if not reason.strip():
        raise LiftNeedsEvidence("Say why the opt-out stands.", fields={"reason": "Say it."})
    with transaction.atomic():
        row, lift = _asked(opt_out)
        if not LIFT.move(lift, "decline", decided_at=at, decided_by=actor, decision=reason.strip()):
            raise NoLiftAsked
        record([_entry(lift, events.LIFT_DECLINED, actor, quoted(reason=reason))], at=at)
    return row


def _asked(opt_out: OptOut) -> tuple[OptOut, Lift]:
    """Both locked. Raises NoLiftAsked."""
    row: OptOut = OptOut.objects.select_for_update(of=("self",)).select_related("organization").get(pk=opt_out.pk)
    lift = Lift.objects.select_for_update().filter(opt_out=row, status=LiftStatus.ASKED).first()
    if lift is None or row.lifted_at is not None:
        raise NoLiftAsked
    return row, lift


def asked_lift(opt_out: OptOut) -> Lift | None:
    """What waits for a second person."""
    if opt_out.lifted_at is not None:
        return None
    lift: Lift | None = Lift.objects.filter(opt_out=opt_out, status=LiftStatus.ASKED).first()
    return lift


def behind(actor: str) -> str:
    """The person behind an actor: of a key whoever made it, as far as anybody knows."""
    kind, _, number = actor.partition(":")
    if kind == "key" and number.isdigit():
        maker = ApiKey.objects.filter(pk=int(number)).values_list("created_by_id", flat=True).first()
        return f"person:{maker}" if maker else actor
    return actor


def second_person_sentence(organization: Organization) -> str:
    """Why the same one is refused; where there is nobody else, that first."""
    return ONLY_ONE if is_alone(organization) else SecondPersonNeeded.__doc__ or ""


def asker_of(lift: Lift) -> str:
    """Who asked, by name."""
    kind, _, number = lift.asked_by.partition(":")
    rows = {"person": Person, "key": ApiKey}.get(kind)
    found = rows.objects.filter(organization=lift.organization_id, pk=number).first() if rows else None
    return found.name if found else ""


def is_alone(organization: Organization) -> bool:
    """Whether at most one person of the organization may lift opt-outs."""
    roles = [role for role, may in OF_ROLE.items() if Permission.CONSENT_LIFT in may]
    return Person.objects.filter(organization=organization, is_active=True, role__in=roles).count() < 2


def _entry(lift: Lift, event: str, actor: str, said: Any, **facts: Any) -> Draft:
    known = {"opt_out": lift.opt_out_id, "lift": lift.pk, "file": lift.file_hash} | facts
    return Draft(
        lift.organization_id,
        event,
        actor,
        message_id=lift.message_id,
        channels=(str(lift.opt_out.channel),),
        facts={name: value for name, value in known.items() if value},
        personal=said,
        consumer_id=lift.opt_out.consumer_id,
    )
