"""Planned contacts of walks: taken back from the queue, or given another end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from forbear.compliance.actions import SYSTEM, Draft, record

from . import events
from .models import QueueItem
from .states import ITEM, ItemStatus

# A row that somebody is judging or settling at this moment is left to them. What is being handed over finishes; should
# it be taken back, it is cancelled too.
_WAITING = "SELECT id FROM dispatch_queueitem WHERE enrollment_id = ANY(%s) AND status = ANY(%s) FOR UPDATE SKIP LOCKED"
_CALL_OFF = f"UPDATE dispatch_queueitem SET reason = %s WHERE id IN ({_WAITING})"  # noqa: S608 - our own words
_CANCEL = f"""
UPDATE dispatch_queueitem SET status = 'cancelled', reason = %s, settled_at = %s WHERE id IN ({_WAITING})
RETURNING enrollment_id, organization_id, campaign_id"""  # noqa: S608 - our own words


def cancel_items_of_walks(
    enrollments: Sequence[int], *, reason: str, at: datetime, actor: str = SYSTEM, for_good: bool = True
) -> set[int]:
    """Cancel what waits of these enrollments; gives those of which something did. In the caller's transaction.

    for_good false: the walk goes on, so that what is taken back from a hand-over may wait again.
    """
    if not enrollments:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, [reason, at, list(enrollments), ITEM.sources("cancel")])
        gone = cursor.fetchall()
        if for_good:
            cursor.execute(_CALL_OFF, [reason, list(enrollments), ITEM.sources("call_off")])
    counts = Counter((owner, campaign) for _, owner, campaign in gone)
    record(
        [
            Draft(owner, events.ITEM_CANCELLED, actor, campaign_id=campaign, facts={"items": count, "reason": reason})
            for (owner, campaign), count in counts.items()
        ],
        at=at,
    )
    return {enrollment for enrollment, _, _ in gone}


def end_items_of(campaign_id: int, *, not_after: datetime) -> None:
    """The campaign's last day has been moved: what waits may leave until then. In the caller's transaction."""
    QueueItem.objects.filter(campaign_id=campaign_id, status=ItemStatus.PENDING).update(not_after=not_after)
