"""`/v1/opt-outs`, `/v1/consents`, `/v1/holds`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from forbear.accounts.models import Account, Consumer
from forbear.core import clock
from forbear.core.ids import number_of, public_id
from forbear.core.refusal import NotFound
from forbear.staff.models import Organization
from forbear.web.routes import Asked, Router, needs
from forbear.web.wire import Cursor, Limit, Listed, actor_id, found, listed, numbered

from . import actions, bulk, ledger, lifting, queries
from .models import Act, Hold, Lift, OptOut
from .schemas import (
    ActGiven,
    ActsGiven,
    ActShown,
    ActsShown,
    BulkGiven,
    BulkShown,
    CloseGiven,
    DeclineGiven,
    HoldGiven,
    HoldShown,
    LiftedShown,
    LiftGiven,
    LiftShown,
    OptOutGiven,
    OptOutShown,
    RejectedShown,
    VoidGiven,
)
from .states import TITLES, ActType, HoldKind, OptOutChannel, OptOutSource

router = Router("consent")


@router.get("/opt-outs", response=Listed[OptOutShown])
def list_opt_outs(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    q: str = "",
    channel: OptOutChannel | None = None,
    consumer: str = "",
    standing: bool | None = None,
) -> Listed[OptOutShown]:
    """Opt-outs, the newest first; `standing=true` leaves out those that were lifted."""
    rows = queries.opt_outs(
        request.auth.organization,
        words=q,
        channel=channel or "",
        standing=standing,
        consumer_id=numbered(Consumer.prefix, consumer),
    )
    return listed(rows, _opt_out, limit=limit, cursor=cursor)


@router.post("/opt-outs", response={201: OptOutShown})
def opt_out(request: Asked, given: OptOutGiven) -> OptOutShown:
    """Close a channel for an address or a person, at once; a repeat gives the standing one."""
    organization = request.auth.organization
    row = actions.opt_out(
        organization=organization,
        channel=given.channel,
        source=given.source,
        address=given.address or "",
        consumer=found(Consumer.objects.of(organization), given.consumer_id) if given.consumer_id else None,
        notes=given.notes,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _opt_out(row)


@router.post("/opt-outs/bulk", response=BulkShown)
def opt_out_bulk(request: Asked, given: BulkGiven) -> BulkShown:
    """Many at once; the wrong ones are named, the others recorded."""
    wishes = [bulk.Wish(item.channel, item.address or "", item.consumer_id or "", item.notes) for item in given.items]
    done = bulk.opt_out_list(
        organization=request.auth.organization,
        wishes=wishes,
        source=OptOutSource.API,
        actor=request.auth.actor,
        at=clock.now(),
    )
    rejected = [RejectedShown(line=one.line, value=one.value, reason=one.reason) for one in done.rejected]
    return BulkShown(recorded=done.recorded, already=done.already, rejected=rejected)


@router.post("/opt-outs/{opt_out_id}/lift", response={202: LiftedShown})
@needs("consent:lift")
def lift(request: Asked, opt_out_id: str, given: LiftGiven) -> LiftedShown:
    """Ask to open the channel again, with the evidence that the consumer asked for it. A second person, or another
    program's key, confirms; until then the opt-out stands."""
    row = found(OptOut.objects.of(request.auth.organization), opt_out_id)
    lifting.ask_lift(
        opt_out=row,
        reason=given.reason,
        evidence=given.evidence,
        message_id=numbered("msg", given.message_id or ""),
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _lifted(row)


@router.post("/opt-outs/{opt_out_id}/lift/confirm", response=LiftedShown)
@needs("consent:lift")
def confirm_lift(request: Asked, opt_out_id: str) -> LiftedShown:
    """Somebody else has looked at the evidence: the channel is open again."""
    row = found(OptOut.objects.of(request.auth.organization), opt_out_id)
    return _lifted(lifting.confirm_lift(opt_out=row, actor=request.auth.actor, at=clock.now()))


@router.post("/opt-outs/{opt_out_id}/lift/decline", response=LiftedShown)
@needs("consent:lift")
def decline_lift(request: Asked, opt_out_id: str, given: DeclineGiven) -> LiftedShown:
    """The opt-out stands; also how whoever asked takes it back."""
    row = found(OptOut.objects.of(request.auth.organization), opt_out_id)
    done = lifting.decline_lift(opt_out=row, reason=given.reason, actor=request.auth.actor, at=clock.now())
    return _lifted(done)


@router.get("/consents", response=Listed[ActShown])
def list_acts(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    type: ActType | None = None,
    address: str = "",
    consumer: str = "",
) -> Listed[ActShown]:
    """Consents, requests and whatever else somebody did that the law counts from, the newest first."""
    number = numbered(Consumer.prefix, consumer)
    rows = queries.acts(request.auth.organization, kind=type or "", address=address, consumer_id=number)
    return listed(rows, _act, limit=limit, cursor=cursor)


@router.post("/consents", response={201: ActShown})
def record_act(request: Asked, given: ActGiven) -> ActShown:
    """Record one act. A file or a note may close a way to somebody, never open one."""
    return _recorded(request, [given])[0]


@router.post("/consents/bulk", response={201: ActsShown})
def record_acts(request: Asked, given: ActsGiven) -> ActsShown:
    """Record several acts: all or none."""
    return ActsShown(items=_recorded(request, given.items))


@router.post("/consents/{act_id}/void", response=ActShown)
@needs("consent:lift")
def void_act(request: Asked, act_id: str, given: VoidGiven) -> ActShown:
    """Take back an act that was recorded by mistake; it stays on record, with the reason."""
    rows = queries.acts(request.auth.organization)
    ledger.void_act(act=found(rows, act_id), reason=given.reason, actor=request.auth.actor, at=clock.now())
    return _act(found(rows, act_id))


def _recorded(request: Asked, items: Sequence[ActGiven]) -> list[ActShown]:
    organization, at = request.auth.organization, clock.now()
    acts = [_new_act(organization, item, at) for item in items]
    rows = ledger.record_acts(organization=organization, acts=acts, actor=request.auth.actor, at=at)
    return [_act(row) for row in rows]


def _new_act(organization: Organization, given: ActGiven, at: datetime) -> ledger.NewAct:
    return ledger.NewAct(
        type=given.type,
        at=given.at or at,
        source=given.source,
        consumer_id=_number(Consumer.prefix, given.consumer_id),
        account_id=_number(Account.prefix, given.account_id),
        channel=given.channel,
        address=given.address,
        details=given.details,
        evidence=given.evidence,
    )


def _number(prefix: str, public: str | None) -> int | None:
    if not public:
        return None
    number = number_of(prefix, public)
    if number is None:
        raise NotFound
    return number


@router.get("/holds", response=Listed[HoldShown])
def list_holds(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    kind: HoldKind | None = None,
    consumer: str = "",
    account: str = "",
    standing: bool | None = None,
) -> Listed[HoldShown]:
    """Reasons not to contact, the newest first; `standing=true` leaves out the closed ones."""
    rows = queries.holds(
        request.auth.organization,
        kind=kind or "",
        standing=standing,
        consumer_id=numbered(Consumer.prefix, consumer),
        account_id=numbered(Account.prefix, account),
    )
    return listed(rows, _hold, limit=limit, cursor=cursor)


@router.post("/holds", response={201: HoldShown})
def open_hold(request: Asked, given: HoldGiven) -> HoldShown:
    """Nothing leaves to this person, or about this account, until the hold is closed."""
    organization = request.auth.organization
    account = consumer = None
    if given.account_id:
        account = found(Account.objects.of(organization).select_related("consumer"), given.account_id)
        consumer = account.consumer
    else:
        consumer = found(Consumer.objects.of(organization), given.consumer_id or "")
    hold = actions.open_hold(
        consumer=consumer,
        account=account,
        kind=given.kind,
        notes=given.notes,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _hold(hold)


@router.post("/holds/{hold_id}/close", response=HoldShown)
def close_hold(request: Asked, hold_id: str, given: CloseGiven) -> HoldShown:
    """Lifts this hold and no other."""
    hold = found(Hold.objects.of(request.auth.organization), hold_id)
    actions.close_hold(hold=hold, reason=given.reason, actor=request.auth.actor, at=clock.now())
    return _hold(hold)


def _opt_out(row: OptOut) -> OptOutShown:
    return OptOutShown(
        id=row.public_id,
        address=row.address or None,
        consumer_id=_consumer_id(row.consumer_id),
        channel=row.channel,
        source=row.source,
        notes=row.notes,
        at=row.at,
        lifted_at=row.lifted_at,
    )


def _lifted(row: OptOut) -> LiftedShown:
    lift = lifting.asked_lift(row)
    return LiftedShown(**_opt_out(row).model_dump(), lift=_lift(lift) if lift else None)


def _lift(lift: Lift) -> LiftShown:
    return LiftShown(
        reason=lift.reason,
        evidence=lift.evidence,
        message_id=None if lift.message_id is None else public_id("msg", lift.message_id),
        asked_by=actor_id(lift.asked_by),
        asked_at=lift.asked_at,
    )


def _act(row: Act) -> ActShown:
    reason: str | None = getattr(row, "void_reason", None)
    return ActShown(
        id=row.public_id,
        type=row.type,
        title=TITLES[ActType(row.type)],
        address=row.address or None,
        consumer_id=_consumer_id(row.consumer_id),
        account_id=None if row.account_id is None else public_id(Account.prefix, row.account_id),
        channel=row.channel,
        details=row.details,
        source=row.source,
        evidence=row.evidence,
        at=row.at,
        recorded_at=row.recorded_at,
        recorded_by=actor_id(row.recorded_by),
        void=reason is not None,
        void_reason=reason or "",
    )


def _hold(row: Hold) -> HoldShown:
    return HoldShown(
        id=row.public_id,
        consumer_id=public_id(Consumer.prefix, row.consumer_id),
        account_id=None if row.account_id is None else public_id(Account.prefix, row.account_id),
        kind=row.kind,
        notes=row.notes,
        opened_at=row.opened_at,
        opened_by=actor_id(row.opened_by),
        closed_at=row.closed_at,
        closed_by=actor_id(row.closed_by) if row.closed_by else None,
        close_reason=row.close_reason,
    )


def _consumer_id(number: int | None) -> str | None:
    return None if number is None else public_id(Consumer.prefix, number)
