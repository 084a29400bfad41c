"""Campaigns that follow a list or a segment: whoever is new there joins by night, and is planned like the others."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from forbear.compliance.actions import Draft, record

from . import events, tasks
from .enrolling import enroll_newcomers
from .models import Campaign
from .planner import by_itself, is_open
from .states import Kind, Status
from .versions import adopt_newest


def follow(*, at: datetime) -> int:
    """Every active portfolio campaign that follows, once on each of its days; how many accounts joined.

    It was taken in when it was activated. A night that nobody ran is made up for by the next one.
    """
    following = Campaign.objects.filter(status=Status.ACTIVE, kind=Kind.PORTFOLIO, follow_list=True)
    joined = 0
    for pk in [campaign.pk for campaign in following.order_by("pk") if _is_due(campaign, at)]:
        with by_itself(pk) as campaign:
            if campaign is not None and campaign.status == Status.ACTIVE and _is_due(campaign, at):
                joined += _follow(campaign, at)
    return joined


def _is_due(campaign: Campaign, at: datetime) -> bool:
    return is_open(campaign, at) and _day(campaign, at) > (
        campaign.followed_on or _day(campaign, campaign.activated_at or campaign.created_at)
    )


def _day(campaign: Campaign, at: datetime) -> date:
    return at.astimezone(ZoneInfo(campaign.time_zone)).date()


def _follow(campaign: Campaign, at: datetime) -> int:
    """In a transaction of its own, the campaign being locked."""
    adopt_newest(campaign)
    enrolled = enroll_newcomers(campaign, at=at)
    Campaign.objects.filter(pk=campaign.pk).update(followed_on=_day(campaign, at))
    if enrolled:
        facts = {"enrolled": enrolled, "follows": "segment" if campaign.segment_id else "list"}
        record([Draft(campaign.organization_id, events.ACCOUNTS_ENROLLED, campaign_id=campaign.pk, facts=facts)], at=at)
        tasks.wake_planner()
    return enrolled
