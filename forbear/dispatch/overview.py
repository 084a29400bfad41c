"""What stands in the queue, what was said, and the engine's figures of the day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from forbear.policy.loading import standard as law
from forbear.staff.models import Organization

from .models import Message, QueueItem
from .states import ItemStatus


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """Counts of one organization; the last three since midnight in its zone."""

    pending: int
    deferred: int
    processing: int
    completed_today: int
    failed_today: int
    skipped_today: int


def engine_figures(organization: Organization, *, at: datetime) -> EngineFigures:
    """One statement. Deferred ones are pending too."""
    zone = ZoneInfo(organization.time_zone)
    midnight = datetime.combine(at.astimezone(zone).date(), time(), zone)
    settled = Q(settled_at__gte=midnight)
    counts = {
        "pending": Q(status=ItemStatus.PENDING),
        "deferred": Q(status=ItemStatus.PENDING, deferrals__gt=0, scheduled_for__gt=at),
        "processing": Q(status=ItemStatus.PROCESSING),
        "completed_today": settled & Q(status=ItemStatus.COMPLETED),
        "failed_today": settled & Q(status=ItemStatus.FAILED),
        "skipped_today": settled & Q(status=ItemStatus.SKIPPED),
    }
    rows = QueueItem.objects.of(organization)
    return EngineFigures(**rows.aggregate(**{name: Count("pk", filter=which) for name, which in counts.items()}))


def items(
    organization: Organization, *, status: str = "", campaign_id: int | None = None, account_id: int | None = None
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


def explained(item: QueueItem) -> dict[str, Any] | None:
    """The last judgement in sentences with their citations; None where there has been none."""
    return law().explain(json.loads(item.verdict)) if item.verdict else None
