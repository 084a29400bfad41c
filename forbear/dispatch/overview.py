"""What stands in the queue and what was said: the lists that programs and pages narrow."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from forbear.staff.models import Organization

from .models import Message, QueueItem


def midnight(organization: Organization, *, at: datetime) -> datetime:
    """When the organization's present day began."""
    zone = ZoneInfo(organization.time_zone)
    return datetime.combine(at.astimezone(zone).date(), time(), zone)


def items(
    organization: Organization,
    *,
    status: str = "",
    campaign_id: int | None = None,
    account_id: int | None = None,
) -> QuerySet[QueueItem]:
    """Planned contacts of an organization."""
    rows = QueueItem.objects.of(organization)
    return _narrowed(rows, status=status, campaign_id=campaign_id, account_id=account_id)


def messages(
    organization: Organization,
    *,
    status: str = "",
    channel: str = "",
    campaign_id: int | None = None,
    account_id: int | None = None,
) -> QuerySet[Message]:
    """What was said, in both directions."""
    rows = Message.objects.of(organization)
    return _narrowed(rows, status=status, channel=channel, campaign_id=campaign_id, account_id=account_id)


def _narrowed(rows: QuerySet[Any], **filters: Any) -> QuerySet[Any]:
    return rows.filter(**{name: value for name, value in filters.items() if value not in ("", None)})
