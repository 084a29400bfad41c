"""`/v1/referrals`: what the rules leave to a person."""

from __future__ import annotations

from forbear.accounts.models import Account, Consumer
from forbear.core import clock
from forbear.core.ids import public_id
from forbear.web.routes import Asked, Router, needs
from forbear.web.wire import Cursor, Limit, Listed, actor_id, found, listed, numbered

from . import overview, referrals
from .models import QueueItem, Referral
from .schemas_referrals import ApprovalGiven, ReferralGiven, ReferralShown, RefusalGiven
from .states import Occasion, ReferralStatus

router = Router("engine", reads="campaigns:read", writes="campaigns:run")


@router.get("/referrals", response=Listed[ReferralShown])
@needs("accounts:read")
def list_referrals(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: ReferralStatus | None = None,
    account: str = "",
) -> Listed[ReferralShown]:
    """Contacts that need a person, with sentences and citations, the newest first."""
    number = numbered(Account.prefix, account)
    rows = overview.referrals(request.auth.organization, status=status or "", account_id=number)
    return listed(rows, _shown, limit=limit, cursor=cursor)


@router.get("/referrals/{referral_id}", response=ReferralShown)
@needs("accounts:read")
def read_referral(request: Asked, referral_id: str) -> ReferralShown:
    return _shown(_found(request, referral_id))


@router.post("/referrals", response={201: ReferralShown})
@needs("inbox:write")
def ask(request: Asked, given: ReferralGiven) -> ReferralShown:
    """Ask for the approval of one contact by hand; only what the rules leave to a person can be asked."""
    rows = Account.objects.of(request.auth.organization).select_related("consumer")
    referral = referrals.ask_by_hand(
        account=found(rows, given.account_id),
        channel=given.channel,
        note=given.note,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _shown(referral)


@router.post("/referrals/{referral_id}/approve", response=ReferralShown)
@needs("contacts:approve")
def approve(request: Asked, referral_id: str, given: ApprovalGiven) -> ReferralShown:
    """Answer what the rules ask, by name, with a reason and an end. Blocks and deferrals stand; the contact is judged
    again before it leaves."""
    referral = referrals.approve(
        referral=_found(request, referral_id),
        name=_name(request, given.name),
        reason=given.reason,
        until=given.until,
        rules=given.rules,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _shown(referral)


@router.post("/referrals/{referral_id}/refuse", response=ReferralShown)
@needs("contacts:approve")
def refuse(request: Asked, referral_id: str, given: RefusalGiven) -> ReferralShown:
    """The contact is not made; its campaign goes on with the next step."""
    referral = referrals.refuse(
        referral=_found(request, referral_id),
        name=_name(request, given.name),
        reason=given.reason,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _shown(referral)


def _found(request: Asked, referral_id: str) -> Referral:
    return found(Referral.objects.of(request.auth.organization), referral_id)


def _name(request: Asked, given: str) -> str:
    """A person answers by their own name; a program says whose answer it brings."""
    return request.auth.person.name if request.auth.person else given


def _shown(referral: Referral) -> ReferralShown:
    return ReferralShown(
        id=referral.public_id,
        status=ReferralStatus(referral.status),
        queue_item_id=_id(QueueItem.prefix, referral.item_id),
        account_id=_id(Account.prefix, referral.account_id),
        consumer_id=_id(Consumer.prefix, referral.consumer_id),
        campaign_id=_id("cmp", referral.campaign_id),
        channel=referral.channel,
        occasion=Occasion(referral.occasion),
        reason=referral.reason,
        rules=referral.rules,
        verdict=referrals.explained(referral),
        note=referral.note,
        opened_at=referral.opened_at,
        opened_by=actor_id(referral.opened_by),
        looked_at=referral.looked_at,
        decided_at=referral.decided_at,
        decided_by=actor_id(referral.decided_by) if referral.decided_by else None,
        name=referral.decided_name,
        decision=referral.decision,
        until=referral.until,
    )


def _id(prefix: str, number: int | None) -> str | None:
    return None if number is None else public_id(prefix, number)
