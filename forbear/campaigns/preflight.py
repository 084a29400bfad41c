"""Everything that keeps a campaign from being launched, all at once: one sentence a field."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from forbear.channels.queries import gates_of

from .models import Campaign
from .states import Kind


def problems_of(campaign: Campaign, *, at: datetime) -> dict[str, str]:
    """Empty: it may be launched."""
    found: dict[str, str] = {}
    if campaign.end_date < at.astimezone(ZoneInfo(campaign.time_zone)).date():
        found["end_date"] = "The end date is in the past."
    if campaign.kind == Kind.BROADCAST:
        _broadcast(campaign, found)
    elif campaign.strategy_version is None:
        found["strategy_id"] = "A campaign needs a strategy before it can be activated."
    return found


def _broadcast(campaign: Campaign, found: dict[str, str]) -> None:
    if campaign.template is None:
        found["template_id"] = "Choose a message."
    elif campaign.template.archived_at is not None or campaign.template.current_id is None:
        found["template_id"] = "The template has been archived; choose another message."
    elif gates_of([campaign.organization_id]).choose(campaign.organization_id, campaign.template.channel, None) is None:
        found["sender"] = f"No sender is set up for {campaign.template.channel}: add one under Settings > Channels."
    if campaign.contact_list is None:
        if not campaign.enrollments.exists():
            found["list_id"] = "Choose a contact list."
    elif not campaign.contact_list.members.exists() and not _frozen(campaign):
        found["list_id"] = f"The list {campaign.contact_list.name!r} is empty: there is nobody to write to."


def _frozen(campaign: Campaign) -> bool:
    return not campaign.follow_list and campaign.enrollments.exists()
