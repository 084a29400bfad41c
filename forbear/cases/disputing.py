"""Verbs about disputes. A dispute and its hold are one truth: opening one opens the other, and so does closing.

The hold is what the policy and the account's status obey; the dispute is how far we are with it. Whoever opens a hold
of this kind in any other way, a reply, an act or a file, opens a dispute by the reaction below.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from forbear.accounts.models import Account
from forbear.accounts.states import FINISHED
from forbear.accounts.turns import begins_again
from forbear.compliance.actions import Draft, record
from forbear.consent.actions import close_hold, open_hold
from forbear.consent.models import Hold
from forbear.consent.refusals import HoldClosed, HoldStands
from forbear.consent.states import HoldKind
from forbear.staff.models import Organization

from . import events, standing
from .models import Dispute
from .refusals import AccountFinished, DisputeClosed, DisputeStands, NotesNeeded, UnderInvestigation
from .states import DISPUTE, LONGEST_NOTES, STANDING, DisputeSource, DisputeStatus


@begins_again
def open_dispute(
    *, account: Account, reason: str, source: DisputeSource | str = DisputeSource.STAFF, actor: str, at: datetime
) -> Dispute:
    """The consumer disputes this debt: nothing is collected until it is closed.

    Raises NotesNeeded without a reason, DisputeStands and AccountFinished.
    """
    reason = reason.strip()[:LONGEST_NOTES]
    if not reason:
        raise NotesNeeded("Say what is disputed.", fields={"reason": "Say what is disputed."})
    if account.status in FINISHED:
        raise AccountFinished
    with transaction.atomic():
        try:
            hold = open_hold(
                consumer=account.consumer, account=account, kind=HoldKind.DISPUTE, notes=reason, actor=actor, at=at
            )
        except HoldStands as stands:
            raise DisputeStands from stands
        Dispute.objects.filter(hold=hold).update(source=DisputeSource(source))
        return Dispute.objects.select_related("account", "consumer", "hold").get(hold=hold)


def follow_opened(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to holds: one that says "disputed" has a dispute."""
    holds = [draft.carry for draft in drafts if draft.carry.kind == HoldKind.DISPUTE]
    rows = [_row(hold) for hold in holds]
    Dispute.objects.bulk_create(rows, ignore_conflicts=True)
    made = Dispute.objects.filter(hold__in=[hold.pk for hold in holds])
    record([_entry(one, events.DISPUTE_OPENED, one.opened_by, {}) for one in made], at=at)


def _row(hold: Hold) -> Dispute:
    return Dispute(
        organization_id=hold.organization_id,
        hold=hold,
        consumer_id=hold.consumer_id,
        account_id=hold.account_id,
        reason=hold.notes,
        opened_at=hold.opened_at,
        opened_by=hold.opened_by,
    )


def follow_closed(drafts: Sequence[Draft], at: datetime) -> None:
    """The reaction to holds that ended otherwise: the consumer withdrew it, or somebody closed the hold itself."""
    ended = {draft.carry.pk: draft for draft in drafts if draft.carry.kind == HoldKind.DISPUTE}
    told = []
    for one in Dispute.objects.filter(hold__in=ended, status__in=STANDING).select_related("hold"):
        also = {"closed_at": at, "closed_by": ended[one.hold_id].actor, "resolution": one.hold.close_reason}
        if DISPUTE.move(one, "resolve", **also):
            told.append(_entry(one, events.DISPUTE_CLOSED, ended[one.hold_id].actor, {"status": str(one.status)}))
    record(told, at=at)


def investigate(*, dispute: Dispute, actor: str, at: datetime) -> Dispute:
    """Somebody looks into it. Raises UnderInvestigation and DisputeClosed."""
    with transaction.atomic():
        if not DISPUTE.move(dispute, "investigate"):
            raise UnderInvestigation if dispute.status == DisputeStatus.INVESTIGATING else DisputeClosed
        record([_entry(dispute, events.DISPUTE_INVESTIGATED, actor, {})], at=at)
    return dispute


def close_dispute(
    *,
    dispute: Dispute,
    status: DisputeStatus | str,
    notes: str,
    close_account: bool = False,
    actor: str,
    at: datetime,
) -> Dispute:
    """`rejected`: the debt stands, and the account is again what it was before. `resolved`: the consumer was right; the
    account is closed, or paused until somebody has adjusted it.

    Raises NotesNeeded and DisputeClosed.
    """
    to, notes = DisputeStatus(status), notes.strip()[:LONGEST_NOTES]
    if not notes:
        raise NotesNeeded(fields={"notes": "Write down what came of it."})
    with transaction.atomic():
        also: dict[str, Any] = {"closed_at": at, "closed_by": actor, "resolution": notes}
        rejected = to == DisputeStatus.REJECTED
        moved = DISPUTE.move(dispute, "reject", **also) if rejected else DISPUTE.move(dispute, "resolve", **also)
        if not moved:
            raise DisputeClosed
        disputed = _disputed(dispute)
        _close_hold(dispute, notes, actor, at)
        if not rejected:
            standing.side_with_consumer(disputed, closed=close_account, actor=actor, at=at)
        record([_entry(dispute, events.DISPUTE_CLOSED, actor, {"status": str(to)}, notes)], at=at)
    return dispute


def _disputed(dispute: Dispute) -> list[int]:
    """The account that it is about; of a whole person, all that is under review."""
    return standing.under_review(dispute.consumer_id) if dispute.account_id is None else [dispute.account_id]


def _close_hold(dispute: Dispute, notes: str, actor: str, at: datetime) -> None:
    try:
        close_hold(hold=dispute.hold, reason=notes, actor=actor, at=at)
    except HoldClosed as closed:
        raise DisputeClosed from closed


def _entry(one: Dispute, event: str, actor: str, facts: dict[str, Any], notes: str = "") -> Draft:
    return Draft(
        one.organization_id,
        event,
        actor,
        account_id=one.account_id,
        facts={"dispute": one.pk, "hold": one.hold_id, **facts},
        carry=one,
        personal={"notes": notes} if notes else {},
        consumer_id=None if one.account_id else one.consumer_id,
    )


def note_export(*, organization: Organization, actor: str, at: datetime) -> None:
    """That somebody took disputes out of the house is kept on record."""
    with transaction.atomic():
        record([Draft(organization.pk, events.DISPUTES_EXPORTED, actor)], at=at)
