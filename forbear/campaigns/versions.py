"""Which version of a strategy a campaign's accounts walk: documents' campaigns, moves to another version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from forbear.accounts.models import Account
from forbear.compliance.actions import Draft, record
from forbear.dispatch.actions import cancel_items_of
from forbear.staff.models import Organization
from forbear.strategies.models import StrategyVersion
from forbear.strategies.queries import newest_version

from . import events
from .enrolling import enroll_accounts, remember
from .models import Campaign
from .planner import is_open, plan_anew, plan_campaign
from .refusals import AlreadyInACampaign, NothingToMove
from .states import Kind, Status
from .walking import tell_exhausted

REPLANNED = "replanned"


def adopt_newest(campaign: Campaign) -> None:
    """Whoever joins a portfolio's campaign from now on walks the newest version of its strategy."""
    if campaign.kind != Kind.PORTFOLIO or campaign.strategy_version is None:
        return
    newest = newest_version(campaign.strategy_version.strategy)
    if newest.pk != campaign.strategy_version_id:
        _adopt(campaign, newest)


def _adopt(campaign: Campaign, version: StrategyVersion) -> None:
    campaign.strategy_version = version
    campaign.save(update_fields=["strategy_version"])
    remember(campaign)


def begin_anew(campaign: Campaign) -> None:
    """Whoever joined the draft of a portfolio's campaign begins with the version that it is activated with."""
    if campaign.kind != Kind.PORTFOLIO:
        return
    campaign.walked.exclude(version=campaign.strategy_version_id).delete()
    rows = campaign.enrollments.filter(Q(version_id=None) | ~Q(version_id=campaign.strategy_version_id))
    if rows.update(version_id=campaign.strategy_version_id):
        remember(campaign)


def begin_document_campaign(
    *,
    organization: Organization,
    account: Account,
    version: StrategyVersion,
    name: str,
    start_date: date,
    end_date: date,
    actor: str,
    at: datetime,
) -> Campaign:
    """An active campaign over one account, its first contact planned. Runs in the caller's transaction.

    Raises AlreadyInACampaign.
    """
    campaign = Campaign.objects.create(
        organization=organization,
        kind=Kind.DOCUMENT,
        status=Status.ACTIVE,
        name=name[:120],
        strategy_version=version,
        start_date=start_date,
        end_date=end_date,
        time_zone=organization.time_zone,
        created_at=at,
        created_by=actor,
        activated_at=at,
        activated_by=actor,
    )
    tell(campaign, events.CAMPAIGN_CREATED, actor, at)
    if not enroll_accounts(campaign, [account.pk], at=at).enrolled:
        raise AlreadyInACampaign
    tell(campaign, events.CAMPAIGN_ACTIVATED, actor, at)
    if is_open(campaign, at):
        plan_campaign(campaign, actor=actor, at=at)
    return campaign


def tell(campaign: Campaign, event: str, actor: str, at: datetime) -> None:
    record(
        [Draft(campaign.organization_id, event, actor, campaign_id=campaign.pk, facts={"kind": str(campaign.kind)})],
        at=at,
    )


_MOVE = """
UPDATE campaigns_enrollment e SET version_id = %(version)s
WHERE e.campaign_id = %(campaign)s AND e.status = 'open'
  AND coalesce(e.version_id, %(before)s) IS DISTINCT FROM %(version)s"""
_END = """
WITH beyond AS (
    DELETE FROM campaigns_due t USING campaigns_enrollment e
    WHERE t.campaign_id = %(campaign)s AND e.id = t.enrollment_id AND e.status = 'open'
      AND e.version_id = %(version)s
      AND e.step >= (SELECT count(*) FROM strategies_step WHERE version_id = %(version)s)
    RETURNING e.id
)
UPDATE campaigns_enrollment e SET status = CASE WHEN e.contacts > 0 THEN 'done' ELSE 'ended' END, exclusive = false,
    finished_at = %(at)s
FROM beyond WHERE e.id = beyond.id AND e.status = 'open'
RETURNING e.organization_id, e.account_id, e.campaign_id"""


def move_to(campaign: Campaign, version: StrategyVersion, *, actor: str, at: datetime) -> int:
    """Everybody who walks goes on in this version, at the step that stands now; gives how many were moved.

    In the caller's transaction, the campaign being locked.
    """
    before = campaign.strategy_version_id
    _adopt(campaign, version)
    values = {"campaign": campaign.pk, "version": version.pk, "before": before, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, values)
        moved = int(cursor.rowcount)
    if moved:
        _replan(campaign, values, actor, at)
    if campaign.status == Status.ACTIVE and is_open(campaign, at):
        plan_campaign(campaign, actor=actor, at=at)
    return moved


def _replan(campaign: Campaign, values: dict[str, Any], actor: str, at: datetime) -> None:
    """Whoever has a planned contact is planned anew; walks that the version has no further step for are over."""
    cancel_items_of(
        campaign.pk, reason=REPLANNED, organization_id=campaign.organization_id, actor=actor, at=at, for_good=False
    )
    plan_anew(campaign, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_END, values)
        tell_exhausted(cursor.fetchall(), at)


def require_running(campaign: Campaign) -> None:
    if campaign.status not in (Status.ACTIVE, Status.PAUSED):
        raise NothingToMove
