"""`/v1/campaigns`; dry runs are in api_dry_run.py."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from ninja import Body

from forbear.accounts.models import Account, ContactList, Segment, local_day
from forbear.accounts.segments import answering_to
from forbear.channels.models import Sender
from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.staff.models import Organization
from forbear.strategies.queries import newest_version, strategies_of
from forbear.web.routes import Asked, needs
from forbear.web.wire import Cursor, Limit, Listed, MoneyShown, file_of, found, listed
from forbear.wording.models import Template

from . import actions, queries
from .api_dry_run import PARTS, campaign_of, router
from .downloads import campaign_results
from .models import Campaign
from .money import outcome_of
from .schemas import (
    AccountsGiven,
    CampaignChanges,
    CampaignGiven,
    CampaignShown,
    EnqueuedShown,
    EnqueueGiven,
    EnrolledShown,
    KpisShown,
    LaunchGiven,
    MigratedShown,
    RecipientShown,
)
from .states import Kind, Status

__all__ = ["router"]

NO_CAMPAIGN = Body(EnqueueGiven())


@router.get("/campaigns", response=Listed[CampaignShown])
def list_campaigns(
    request: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: Status | None = None,
    kind: Kind | None = None,
) -> Listed[CampaignShown]:
    """Newest first."""
    rows = Campaign.objects.of(request.auth.organization).select_related(*PARTS)
    wanted = {"status": status, "kind": kind}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return listed(rows, CampaignShown.of, limit=limit, cursor=cursor)


@router.post("/campaigns", response={201: CampaignShown})
def create_campaign(request: Asked, given: CampaignGiven) -> CampaignShown:
    """A draft. Nothing leaves before it is activated."""
    values = given.model_dump(exclude={"strategy_id", "template_id", "list_id", "segment_id", "sender_id"})
    values["kind"] = Kind(given.kind or (Kind.PORTFOLIO if given.strategy_id else Kind.BROADCAST))
    campaign = actions.create_campaign(
        organization=request.auth.organization,
        **values,
        **_named(request.auth.organization, given.model_dump()),
        actor=request.auth.actor,
        at=clock.now(),
    )
    return CampaignShown.of(campaign)


def _named(organization: Organization, given: dict[str, Any]) -> dict[str, Any]:
    """The rows that public ids name, for those that were given; of a strategy its newest version. Raises NotFound."""
    rows: dict[str, tuple[str, QuerySet[Any]]] = {
        "template_id": ("template", Template.objects.of(organization)),
        "list_id": ("contact_list", ContactList.objects.of(organization)),
        "segment_id": ("segment", Segment.objects.of(organization)),
        "sender_id": ("sender", Sender.objects.of(organization)),
    }
    named = {
        name: found(some, given[key]) if given[key] is not None else None
        for key, (name, some) in rows.items()
        if key in given
    }
    if "strategy_id" in given:
        public = given["strategy_id"]
        named["strategy_version"] = newest_version(found(strategies_of(organization), public)) if public else None
    return named


@router.get("/campaigns/{campaign_id}", response=CampaignShown)
def read_campaign(request: Asked, campaign_id: str) -> CampaignShown:
    return CampaignShown.of(campaign_of(request, campaign_id))


@router.patch("/campaigns/{campaign_id}", response=CampaignShown)
def change_campaign(request: Asked, campaign_id: str, given: CampaignChanges) -> CampaignShown:
    """Change a draft; a launched campaign answers 409."""
    campaign = campaign_of(request, campaign_id)
    changes = given.changes()
    named = _named(request.auth.organization, changes)
    plain = {name: value for name, value in changes.items() if not name.endswith("_id")}
    changed = actions.edit_campaign(
        campaign=campaign, changes={**plain, **named}, actor=request.auth.actor, at=clock.now()
    )
    return CampaignShown.of(changed)


@router.delete("/campaigns/{campaign_id}", response={204: None})
def delete_campaign(request: Asked, campaign_id: str) -> None:
    """Its accounts leave it; accounts, messages and the log stay."""
    actions.delete(campaign=campaign_of(request, campaign_id), actor=request.auth.actor, at=clock.now())


@router.get("/campaigns/{campaign_id}/accounts", response=Listed[RecipientShown])
def list_accounts(
    request: Asked, campaign_id: str, limit: Limit = 50, cursor: Cursor = "", status: str = ""
) -> Listed[RecipientShown]:
    """One item per enrolled account, with its fate and its evaluated text."""
    page = queries.recipients_page(campaign_of(request, campaign_id), status=status[:20], cursor=cursor, limit=limit)
    return Listed(items=[_recipient(row) for row in page.items], next_cursor=page.next_cursor)


def _recipient(row: queries.Recipient) -> RecipientShown:
    return RecipientShown(
        account_id=row.account_public_id,
        external_id=row.external_id or None,
        number=row.account,
        first_name=row.first_name,
        last_name=row.last_name,
        address=row.address,
        template=row.template,
        status=row.status,
        reason=row.reason,
        segments=row.segments,
        scheduled_for=row.scheduled_for,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        replied_at=row.replied_at,
        body=row.body,
    )


@router.post("/campaigns/{campaign_id}/accounts", response=EnrolledShown)
def enroll_accounts(request: Asked, campaign_id: str, given: AccountsGiven) -> EnrolledShown:
    """Accounts join the campaign; those that are in it already stay as they are."""
    campaign = campaign_of(request, campaign_id)
    contact_list = found(ContactList.objects.of(request.auth.organization), given.list_id) if given.list_id else None
    accounts = None if contact_list else _accounts(request.auth.organization, given)
    enrolled = actions.enroll(
        campaign=campaign,
        contact_list=contact_list,
        accounts=accounts,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return EnrolledShown.model_validate(enrolled, from_attributes=True)


def _accounts(organization: Organization, given: AccountsGiven) -> list[int]:
    """The numbers of the accounts that were named. Raises NotFound where one is unknown."""
    mine = Account.objects.of(organization)
    filtered = _filtered(organization, given)
    if filtered is not None:
        return list(filtered.values_list("pk", flat=True))
    numbers = {number_of(Account.prefix, public) for public in given.account_ids or []}
    known = set(mine.filter(pk__in=numbers - {None}).values_list("pk", flat=True))
    if known != numbers:
        raise NotFound
    return sorted(known)


def _filtered(organization: Organization, given: AccountsGiven) -> QuerySet[Account] | None:
    """Whoever answers to the filter, or to the segment, today; None where neither was given. Raises NotFound."""
    if given.segment_id is not None:
        words = found(Segment.objects.of(organization), given.segment_id).wanted
    elif given.filter is not None:
        words = given.filter.words()
        if given.filter.list_id:
            found(ContactList.objects.of(organization), given.filter.list_id)
    else:
        return None
    return answering_to(words, organization, today=local_day(clock.now(), organization.time_zone))


@router.post("/campaigns/{campaign_id}/migrate", response=MigratedShown)
@needs("campaigns:run")
def migrate_accounts(request: Asked, campaign_id: str) -> MigratedShown:
    """Accounts on an older version of the strategy go on in the newest one, at the same step."""
    campaign = campaign_of(request, campaign_id)
    moved = actions.migrate_accounts(campaign=campaign, actor=request.auth.actor, at=clock.now())
    return MigratedShown(migrated=moved)


@router.post("/campaigns/{campaign_id}/duplicate", response={201: CampaignShown})
def duplicate_campaign(request: Asked, campaign_id: str) -> CampaignShown:
    """A draft like it, as long, from today on; nobody is enrolled in it yet."""
    campaign = campaign_of(request, campaign_id)
    copy = actions.duplicate(campaign=campaign, actor=request.auth.actor, at=clock.now())
    return CampaignShown.of(copy)


@router.post("/campaigns/{campaign_id}/activate", response=CampaignShown)
@needs("campaigns:run")
def activate(request: Asked, campaign_id: str) -> CampaignShown:
    """Launch it. The second of two who launch at once gets 409."""
    return _moved(request, campaign_id, actions.activate)


@router.post("/campaigns/{campaign_id}/pause", response=CampaignShown)
@needs("campaigns:run")
def pause(request: Asked, campaign_id: str) -> CampaignShown:
    """Planned contacts are cancelled; what is being handed over finishes."""
    return _moved(request, campaign_id, actions.pause)


@router.post("/campaigns/{campaign_id}/resume", response=CampaignShown)
@needs("campaigns:run")
def resume(request: Asked, campaign_id: str) -> CampaignShown:
    """Accounts are planned anew from their step."""
    return _moved(request, campaign_id, actions.resume)


@router.post("/campaigns/{campaign_id}/complete", response=CampaignShown)
@needs("campaigns:run")
def complete(request: Asked, campaign_id: str) -> CampaignShown:
    """Close it; what still waits is cancelled."""
    return _moved(request, campaign_id, actions.complete)


@router.post("/campaigns/{campaign_id}/cancel-launch", response=CampaignShown)
@needs("campaigns:run")
def cancel_launch(request: Asked, campaign_id: str) -> CampaignShown:
    """Back to a plain draft; nothing is sent."""
    return _moved(request, campaign_id, actions.cancel_launch)


def _moved(request: Asked, campaign_id: str, verb: Any) -> CampaignShown:
    campaign = campaign_of(request, campaign_id)
    verb(campaign=campaign, actor=request.auth.actor, at=clock.now())
    return CampaignShown.of(campaign_of(request, campaign_id))


@router.post("/campaigns/{campaign_id}/schedule", response=CampaignShown)
@needs("campaigns:run")
def schedule(request: Asked, campaign_id: str, given: LaunchGiven) -> CampaignShown:
    """Let a draft wait for its time."""
    actions.schedule_launch(
        campaign=campaign_of(request, campaign_id),
        launch_at=given.launch_at,
        actor=request.auth.actor,
        at=clock.now(),
    )
    return CampaignShown.of(campaign_of(request, campaign_id))


@router.post("/campaigns/{campaign_id}/enqueue", response=EnqueuedShown)
@needs("campaigns:run")
def enqueue(request: Asked, campaign_id: str) -> EnqueuedShown:
    """Plan every account that is due now; twice is harmless."""
    campaign = campaign_of(request, campaign_id)
    planned = actions.enqueue(campaign=campaign, actor=request.auth.actor, at=clock.now())
    return EnqueuedShown.model_validate(planned, from_attributes=True)


@router.post("/engine/enqueue", response=EnqueuedShown)
@needs("campaigns:run")
def enqueue_by_engine(request: Asked, given: EnqueueGiven = NO_CAMPAIGN) -> EnqueuedShown:
    """Plan what is due now, of one campaign or of all that are active; twice is harmless."""
    if given.campaign_id:
        return enqueue(request, given.campaign_id)
    holder = request.auth
    planned = actions.enqueue_all(organization=holder.organization, actor=holder.actor, at=clock.now())
    return EnqueuedShown.model_validate(planned, from_attributes=True)


@router.get("/campaigns/{campaign_id}/kpis", response=KpisShown)
def kpis(request: Asked, campaign_id: str) -> KpisShown:
    """Promises made and payments received between enrollment and completion; amounts stand by currency."""
    campaign = campaign_of(request, campaign_id)
    found_kpis, came = queries.kpis(campaign), outcome_of(campaign)
    return KpisShown(
        total_accounts=found_kpis.total_accounts,
        contacted=found_kpis.contacted,
        contact_rate=found_kpis.contact_rate,
        promises=came.promises,
        recovered=[MoneyShown.of(one) for one in came.recovered],
        progress=found_kpis.progress,
    )


@router.get("/campaigns/{campaign_id}/results.csv", openapi_extra=file_of("text/csv"))
def results_csv(request: Asked, campaign_id: str) -> HttpResponseBase:
    """One row a recipient; as many rows of each status as the report counts."""
    return campaign_results(campaign_of(request, campaign_id), "csv")


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/campaigns/{campaign_id}/results.xlsx", openapi_extra=file_of(XLSX))
def results_xlsx(request: Asked, campaign_id: str) -> HttpResponseBase:
    return campaign_results(campaign_of(request, campaign_id), "xlsx")
