"""`/v1/engine`, `/v1/queue`, `/v1/messages`, and one contact by hand; referrals are in api_referrals.py."""

from __future__ import annotations

from datetime import datetime

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.core.ids import public_id
from forbear.staff.actions import update_organization
from forbear.staff.models import Organization
from forbear.web.routes import Asked, needs
from forbear.web.wire import Cursor, Limit, Listed, Moment, found, listed, numbered
from forbear.wording.models import Template, TemplateVersion
from forbear.wording.states import Channel

from . import actions, overview, queries
from .api_referrals import router
from .models import QueueItem
from .schemas import (
    ContactGiven,
    EngineGiven,
    EngineShown,
    ItemShown,
    MessageShown,
    QuestionGiven,
    VerdictShown,
)
from .states import ItemStatus, MessageStatus


@router.get("/engine", response=EngineShown)
def read_engine(request: Asked) -> EngineShown:
    """The engine's switches, its limits and its figures of the day."""
    return _engine(request.auth.organization)


@router.patch("/engine", response=EngineShown)
@needs("settings:write")
def change_engine(request: Asked, given: EngineGiven) -> EngineShown:
    """Change the limits, or whether campaigns are planned by themselves."""
    holder = request.auth
    changed = update_organization(
        organization=holder.organization, changes=given.settings(), actor=holder.actor, at=clock.now()
    )
    return _engine(changed)


@router.post("/engine/pause", response=EngineShown)
def pause_engine(request: Asked) -> EngineShown:
    """Hold the queue: nothing leaves, nothing is cancelled."""
    actions.pause_engine(organization=request.auth.organization, actor=request.auth.actor, at=clock.now())
    return _engine(request.auth.organization)


@router.post("/engine/resume", response=EngineShown)
def resume_engine(request: Asked) -> EngineShown:
    """Let the queue go on."""
    actions.resume_engine(organization=request.auth.organization, actor=request.auth.actor, at=clock.now())
    return _engine(request.auth.organization)


def _engine(organization: Organization) -> EngineShown:
    since = overview.midnight(organization, at=clock.now())
    return EngineShown.of(organization, queries.engine_figures(organization, since=since))


@router.get("/queue", response=Listed[ItemShown])
def list_queue(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: ItemStatus | None = None,
    campaign: str = "",
    account: str = "",
) -> Listed[ItemShown]:
    """Planned contacts with their last judgement, the newest first."""
    rows = overview.items(
        request.auth.organization,
        status=status or "",
        campaign_id=numbered("cmp", campaign),
        account_id=numbered(Account.prefix, account),
    )
    return listed(rows, _item, limit=limit, cursor=cursor)


@router.get("/queue/{queue_item_id}", response=ItemShown)
def read_item(request: Asked, queue_item_id: str) -> ItemShown:
    """One planned contact with the record of its last judgement: sentences, citations, packs, and what was known."""
    return _item(found(QueueItem.objects.of(request.auth.organization), queue_item_id))


@router.get("/messages", response=Listed[MessageShown])
@needs("inbox:read")
def list_messages(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: MessageStatus | None = None,
    channel: Channel | None = None,
    campaign: str = "",
    account: str = "",
) -> Listed[MessageShown]:
    """What was sent and received, the newest first."""
    rows = overview.messages(
        request.auth.organization,
        status=status or "",
        channel=channel or "",
        campaign_id=numbered("cmp", campaign),
        account_id=numbered(Account.prefix, account),
    )
    return listed(rows, MessageShown.of, limit=limit, cursor=cursor)


@router.post("/accounts/{account_id}/dispatch", response={201: MessageShown})
@needs("inbox:write")
def dispatch_by_hand(request: Asked, account_id: str, given: ContactGiven) -> MessageShown:
    """One contact now, through the same policy as all others; a refusal answers with its verdict."""
    organization = request.auth.organization
    message = actions.send_by_hand(
        organization=organization,
        account=found(Account.objects.of(organization).select_related("consumer"), account_id),
        channel=given.channel,
        subject=given.subject,
        body=given.body,
        template_version=_version(organization, given.template_id),
        actor=request.auth.actor,
        at=clock.now(),
    )
    return MessageShown.of(message)


@router.get("/accounts/{account_id}/contactability", response=VerdictShown)
@needs("accounts:read")
def contactability(request: Asked, account_id: str, channel: Channel, at: Moment | None = None) -> VerdictShown:
    """May we write to this account, then or now, and why (not)? Nothing is sent."""
    return _verdict(request.auth.organization, account_id, channel, at)


@router.post("/policy/decide", response=VerdictShown)
@needs("accounts:read")
def decide(request: Asked, given: QuestionGiven) -> VerdictShown:
    """The same question as a body."""
    return _verdict(request.auth.organization, given.account_id, given.channel, given.at)


def _verdict(organization: Organization, account_id: str, channel: Channel, at: datetime | None) -> VerdictShown:
    rows = Account.objects.of(organization).select_related("consumer", "organization")
    verdict = queries.contactability(account=found(rows, account_id), channel=channel, at=at or clock.now())
    return VerdictShown(**{name: verdict[name] for name in VerdictShown.model_fields})


def _version(organization: Organization, template_id: str | None) -> TemplateVersion | None:
    if template_id is None:
        return None
    rows = Template.objects.of(organization).select_related("current__template")
    return found(rows, template_id).current


def _item(item: QueueItem) -> ItemShown:
    return ItemShown(
        id=item.public_id,
        campaign_id=_id("cmp", item.campaign_id),
        account_id=_id(Account.prefix, item.account_id),
        step=item.step,
        attempt=item.attempt,
        channel=item.channel,
        status=item.status,
        scheduled_for=item.scheduled_for,
        reason=item.reason,
        verdict=queries.explained(item),
        error=item.error,
    )


def _id(prefix: str, number: int | None) -> str | None:
    return None if number is None else public_id(prefix, number)
