"""One planned contact is taken out of the queue by hand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from forbear.compliance.actions import Draft, record

from . import events
from .contacts import Settled
from .models import QueueItem
from .refusals import NotWaiting
from .states import ITEM

BY_HAND = "cancelled_by_hand"


def cancel_item(*, item: QueueItem, actor: str, at: datetime) -> None:
    """It does not leave; its account goes on to the next step of its campaign. Raises NotWaiting."""
    with transaction.atomic():
        if not ITEM.move(item, "cancel", reason=BY_HAND, settled_at=at):
            raise NotWaiting
        record([_entry(item, actor)], at=at)


def _entry(item: QueueItem, actor: str) -> Draft:
    settled = Settled(
        item.enrollment_id, item.step, sent=False, reason=BY_HAND, attempt=item.attempt, channel=item.channel
    )
    return Draft(
        item.organization_id,
        events.ITEM_CANCELLED,
        actor,
        account_id=item.account_id,
        campaign_id=item.campaign_id,
        channels=(item.channel,),
        facts={"items": 1, "reason": BY_HAND, "item": item.pk},
        carry=settled if item.enrollment_id is not None else None,
    )
