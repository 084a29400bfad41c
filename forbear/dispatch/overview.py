"""What stands in the queue and what was said: the lists that programs and pages narrow."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from forbear.staff.models import Organization

from .models import Message, QueueItem, Referral
from .states import ItemStatus, ReferralStatus


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
    rows = Message.objects.of(organization).select_related("call")
    return _narrowed(rows, status=status, channel=channel, campaign_id=campaign_id, account_id=account_id)


ANSWERED = "answered"


def referrals(organization: Organization, *, status: str = "", account_id: int | None = None) -> QuerySet[Referral]:
    """What was left to a person. status: one of the words, or ANSWERED. Open are those that still ask."""
    rows = _narrowed(Referral.objects.of(organization), account_id=account_id)
    if status == ANSWERED:
        return rows.exclude(status=ReferralStatus.OPEN)
    rows = _narrowed(rows, status=status)
    return rows.filter(_STILL_ASKS) if status == ReferralStatus.OPEN else rows


# The engine closes the others within a minute.
_STILL_ASKS = Q(item__isnull=True) | Q(item__status=ItemStatus.PENDING, item__reason=F("reason"))


def is_open(referral: Referral) -> bool:
    """Whether it can be answered."""
    item = referral.item
    asks = item is None or (item.status == ItemStatus.PENDING and item.reason == referral.reason)
    return referral.status == ReferralStatus.OPEN and asks


def _narrowed(rows: QuerySet[Any], **filters: Any) -> QuerySet[Any]:
    return rows.filter(**{name: value for name, value in filters.items() if value not in ("", None)})
