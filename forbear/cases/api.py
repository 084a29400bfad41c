"""`/v1/escalations`, `/v1/disputes`."""

from __future__ import annotations

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.core.refusal import Invalid
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Limit, Listed, found, listed, numbered

from . import actions, disputing, queries
from .models import Dispute, Escalation
from .schemas import (
    DisputeClosing,
    DisputeGiven,
    DisputeShown,
    EscalationGiven,
    EscalationShown,
    ResolutionGiven,
)
from .states import STANDING, DisputeSource, DisputeStatus, EscalationStatus

router = Router("cases")
LONGEST_WAITING = {"waiting": ["escalated_at"]}


def account_of(request: Asked, public: str) -> Account:
    """The organization's account. Raises NotFound."""
    return found(Account.objects.of(request.auth.organization).select_related("consumer"), public)


@router.get("/escalations", response=Listed[EscalationShown])
def list_escalations(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: EscalationStatus | None = None,
    account: str = "",
) -> Listed[EscalationShown]:
    """Cases, the longest waiting first."""
    number = numbered(Account.prefix, account)
    rows = queries.escalations(request.auth.organization, status=status or "", account_id=number)
    return listed(rows, _case, limit=limit, cursor=cursor, sorts=LONGEST_WAITING)


@router.post("/escalations", response={201: EscalationShown})
def escalate(request: Asked, given: EscalationGiven) -> EscalationShown:
    """Automation stops, and a person looks after the account; a second time gives the case that is open."""
    case = actions.escalate(
        account=account_of(request, given.account_id),
        reason=given.reason,
        notes=given.notes,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _case(case)


@router.get("/escalations/{escalation_id}", response=EscalationShown)
def read_escalation(request: Asked, escalation_id: str) -> EscalationShown:
    """One case."""
    return _case(_escalation(request, escalation_id))


@router.post("/escalations/{escalation_id}/take", response=EscalationShown)
def take(request: Asked, escalation_id: str) -> EscalationShown:
    """It is mine; one that somebody has taken answers 409."""
    case = _escalation(request, escalation_id)
    return _case(actions.take(escalation=case, actor=request.auth.actor, at=clock.now()))


@router.post("/escalations/{escalation_id}/release", response=EscalationShown)
def release(request: Asked, escalation_id: str) -> EscalationShown:
    """Back into the queue."""
    case = _escalation(request, escalation_id)
    return _case(actions.release(escalation=case, actor=request.auth.actor, at=clock.now()))


@router.post("/escalations/{escalation_id}/resolve", response=EscalationShown)
def resolve(request: Asked, escalation_id: str, given: ResolutionGiven) -> EscalationShown:
    """What came of it, by whoever took it."""
    case = _escalation(request, escalation_id)
    done = actions.resolve(
        escalation=case, outcome=given.outcome, notes=given.notes, actor=request.auth.actor, at=clock.now()
    )
    return _case(done)


def _escalation(request: Asked, public: str) -> Escalation:
    return found(Escalation.objects.of(request.auth.organization), public)


def _case(row: Escalation) -> EscalationShown:
    return EscalationShown.of(row, clock.now())


@router.get("/disputes", response=Listed[DisputeShown])
def list_disputes(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: DisputeStatus | None = None,
    account: str = "",
) -> Listed[DisputeShown]:
    """Disputes, the newest first."""
    number = numbered(Account.prefix, account)
    rows = queries.disputes(request.auth.organization, status=status or "", account_id=number)
    return listed(rows, DisputeShown.of, limit=limit, cursor=cursor)


@router.post("/disputes", response={201: DisputeShown})
def open_dispute(request: Asked, given: DisputeGiven) -> DisputeShown:
    """Nothing is collected about this account until the dispute is closed; a second one answers 409."""
    dispute = disputing.open_dispute(
        account=account_of(request, given.account_id),
        reason=given.reason,
        source=DisputeSource.API,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return DisputeShown.of(dispute)


@router.get("/disputes/{dispute_id}", response=DisputeShown)
def read_dispute(request: Asked, dispute_id: str) -> DisputeShown:
    """One dispute."""
    return DisputeShown.of(_dispute(request, dispute_id))


@router.post("/disputes/{dispute_id}/investigate", response=DisputeShown)
def investigate(request: Asked, dispute_id: str) -> DisputeShown:
    """Somebody looks into it."""
    dispute = _dispute(request, dispute_id)
    return DisputeShown.of(disputing.investigate(dispute=dispute, actor=request.auth.actor, at=clock.now()))


@router.post("/disputes/{dispute_id}/resolve", response=DisputeShown)
def resolve_dispute(request: Asked, dispute_id: str, given: DisputeClosing) -> DisputeShown:
    """Close it as resolved or rejected; its hold ends with it."""
    dispute = _dispute(request, dispute_id)
    if given.status in STANDING:
        say = "Choose resolved or rejected."
        raise Invalid(say, fields={"status": say})
    done = disputing.close_dispute(
        dispute=dispute,
        status=given.status,
        notes=given.notes,
        close_account=given.close_account,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return DisputeShown.of(done)


def _dispute(request: Asked, public: str) -> Dispute:
    return found(Dispute.objects.of(request.auth.organization).select_related("hold"), public)
