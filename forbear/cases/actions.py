"""Verbs about escalated accounts: escalate, take, release, resolve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from forbear.accounts.models import Account
from forbear.accounts.states import FINISHED, Status
from forbear.accounts.staying import let_stay
from forbear.accounts.turns import begins_again
from forbear.compliance.actions import SYSTEM, Draft, record

from . import events, standing
from .models import Escalation
from .refusals import AccountFinished, CaseNotTaken, CaseResolved, CaseTaken, NotesNeeded, NotYourCase
from .states import ESCALATION, LONGEST_NOTES, UNRESOLVED, EscalationStatus, Outcome, Reason


@dataclass(frozen=True, slots=True)
class NewCase:
    """An account that needs a person, why, and which campaign left it to them."""

    organization_id: int
    account_id: int
    reason: Reason
    notes: str = ""
    campaign_id: int | None = None


@begins_again
def escalate(*, account: Account, reason: Reason | str, notes: str = "", actor: str, at: datetime) -> Escalation:
    """Automation stops and a person looks after the account; a second time gives the case that is open.

    Raises AccountFinished.
    """
    if account.status in FINISHED:
        raise AccountFinished
    with transaction.atomic():
        let_stay(account.organization_id)
        case = NewCase(account.organization_id, account.pk, Reason(reason), notes.strip()[:LONGEST_NOTES])
        escalate_many([case], actor=actor, at=at)
        found = Escalation.objects.filter(account=account, status__in=UNRESOLVED).first()
    if found is None:
        raise AccountFinished
    return found


def escalate_many(cases: Sequence[NewCase], *, actor: str, at: datetime) -> int:
    """Several at once, in the caller's transaction and a fixed number of statements; how many are new."""
    living = standing.living([case.account_id for case in cases])
    once = {case.account_id: case for case in cases if case.account_id in living}
    known = set(Escalation.objects.filter(account__in=once, status__in=UNRESOLVED).values_list("account_id", flat=True))
    rows = [_row(case, actor, at) for number, case in sorted(once.items()) if number not in known]
    made = Escalation.objects.bulk_create(rows, ignore_conflicts=True)
    numbers = [row.account_id for row in made]
    fresh = list(Escalation.objects.filter(account__in=numbers, status__in=UNRESOLVED, escalated_at=at))
    standing.stop(numbers, actor=actor, at=at)
    record([_entry(one, events.ESCALATED, actor, {"reason": str(one.reason)}) for one in fresh], at=at)
    return len(fresh)


def _row(case: NewCase, actor: str, at: datetime) -> Escalation:
    return Escalation(
        organization_id=case.organization_id,
        account_id=case.account_id,
        reason=case.reason,
        notes=case.notes,
        campaign_id=case.campaign_id,
        escalated_at=at,
        escalated_by=actor,
    )


def escalate_left(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to accounts that a campaign leaves to a person, by its strategy's criteria."""
    cases = [
        NewCase(draft.organization_id, draft.account_id, Reason(facts["reason"]), campaign_id=draft.campaign_id)
        for draft in drafts
        if draft.account_id is not None and isinstance(facts := draft.facts, Mapping)
    ]
    escalate_many(cases, actor=SYSTEM, at=at)


def take(*, escalation: Escalation, actor: str, at: datetime) -> Escalation:
    """It is mine: nobody else works on it meanwhile. Raises CaseTaken and CaseResolved."""
    with transaction.atomic():
        if not ESCALATION.move(escalation, "take", taken_by=actor, taken_at=at):
            escalation.refresh_from_db()
            raise CaseResolved if escalation.status == EscalationStatus.RESOLVED else CaseTaken
        record([_entry(escalation, events.ESCALATION_TAKEN, actor, {})], at=at)
    return escalation


def release(*, escalation: Escalation, actor: str, at: datetime) -> Escalation:
    """Back into the queue, whoever had it: a colleague who is away holds nobody up. Raises CaseNotTaken."""
    with transaction.atomic():
        facts = {"had": escalation.taken_by}
        if not ESCALATION.move(escalation, "release", taken_by="", taken_at=None):
            raise CaseNotTaken
        record([_entry(escalation, events.ESCALATION_RELEASED, actor, facts)], at=at)
    return escalation


@begins_again
def resolve(*, escalation: Escalation, outcome: Outcome | str, notes: str, actor: str, at: datetime) -> Escalation:
    """Whoever took the case says what came of it. `return_to_auto`: the engine goes on, from the start of its counting;
    `resolved`: the account is paused until a person says otherwise.

    Raises NotesNeeded, NotYourCase, CaseNotTaken and CaseResolved.
    """
    outcome, notes = Outcome(outcome), notes.strip()[:LONGEST_NOTES]
    if not notes:
        raise NotesNeeded(fields={"notes": "Write down what came of it."})
    with transaction.atomic():
        standing.living([escalation.account_id])  # before the case, as whoever records a payment does
        one = Escalation.objects.select_for_update(of=("self",)).get(pk=escalation.pk)
        _require_mine(one, actor)
        also: dict[str, Any] = {"outcome": outcome, "resolution": notes, "resolved_by": actor, "resolved_at": at}
        ESCALATION.move(one, "resolve", **also)
        to = Status.IN_AUTO_MANAGEMENT if outcome == Outcome.RETURN_TO_AUTO else Status.PAUSED
        standing.leave_escalation([one.account_id], to=to, actor=actor, at=at)
        record([_entry(one, events.ESCALATION_RESOLVED, actor, {"outcome": str(outcome)}, notes)], at=at)
    return one


def _require_mine(one: Escalation, actor: str) -> None:
    if one.status == EscalationStatus.RESOLVED:
        raise CaseResolved
    if one.status == EscalationStatus.PENDING:
        raise CaseNotTaken
    if one.taken_by != actor:
        raise NotYourCase


def settle_paid(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to accounts that are paid: their cases are over."""
    accounts = [draft.account_id for draft in drafts if draft.account_id is not None]
    told = []
    for one in Escalation.objects.filter(account__in=accounts, status__in=UNRESOLVED):
        also: dict[str, Any] = {"outcome": Outcome.RESOLVED, "resolution": "Paid in full."}
        if ESCALATION.move(one, "settle", resolved_by=SYSTEM, resolved_at=at, **also):
            told.append(_entry(one, events.ESCALATION_RESOLVED, SYSTEM, {"outcome": str(Outcome.RESOLVED)}))
    record(told, at=at)


def _entry(one: Escalation, event: str, actor: str, facts: dict[str, Any], notes: str = "") -> Draft:
    kept = {"notes": notes} if notes else {}
    known = {"escalation": one.pk, **facts}
    return Draft(
        one.organization_id, event, actor, one.account_id, one.campaign_id, facts=known, carry=one, personal=kept
    )
