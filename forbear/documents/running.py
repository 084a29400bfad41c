"""How a running outreach stands: each of its contacts with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forbear.campaigns.models import Enrollment
from forbear.campaigns.reasons import sentence_of
from forbear.dispatch.models import Message, QueueItem
from forbear.staff.models import Organization
from forbear.web.formats import in_zone, weekday, when
from forbear.wording.scripts import said

from .cadence import Slot
from .models import Outreach
from .planning import slots_in
from .states import CARRIED_BY, TITLES


@dataclass(frozen=True, slots=True)
class Fate:
    """One contact: its channel, its day, how it stands (`of` and `status` as the status component takes them), why."""

    number: int
    channel: str
    when: str
    of: str
    status: str
    label: str
    tone: str = ""
    sentence: str = ""
    body: str = ""

    @property
    def title(self) -> str:
        return TITLES.get(self.channel, self.channel)


def fates(outreach: Outreach, organization: Organization, *, at: datetime) -> list[Fate]:
    """In the order of the plan, three statements. Retries of one contact are told by the last of them."""
    slots = slots_in(outreach.newest_first[0])  # type: ignore[attr-defined]  # prefetched under this name
    walk = Enrollment.objects.filter(campaign=outreach.campaign_id).first()
    items = QueueItem.objects.filter(campaign_id=outreach.campaign_id).exclude(status="cancelled")
    by_step = {item.step: item for item in items.order_by("step", "attempt")}
    messages = {message.item_id: message for message in Message.objects.filter(item__in=by_step.values())}
    return [
        _fate(step, slot, by_step.get(step), messages, walk, outreach, organization) for step, slot in enumerate(slots)
    ]


def _fate(
    step: int,
    slot: Slot,
    item: QueueItem | None,
    messages: dict[int | None, Message],
    walk: Enrollment | None,
    outreach: Outreach,
    organization: Organization,
) -> Fate:
    channel = item.channel if item else CARRIED_BY[slot.channel]
    message = messages.get(item.pk) if item else None
    if message is not None:
        left = when(in_zone(message.sent_at or message.at, organization))
        words = said(message.body, channel=message.channel)
        return Fate(step + 1, channel, left, "message", message.status, "", "", message.error, words)
    if item is not None:
        return _waiting(step, channel, item, organization)
    walked = walk is not None and (walk.step > step or walk.status != "open")
    if walked:
        return Fate(step + 1, channel, weekday(slot.on), "item", "skipped", "Not made")
    due = walk.due_at if walk is not None and walk.step == step else None
    planned = when(in_zone(due, organization)) if due else weekday(slot.on)
    paused = outreach.is_paused
    return Fate(
        step + 1, channel, planned, "item", "paused" if paused else "pending", "Paused" if paused else "Planned"
    )


def _waiting(step: int, channel: str, item: QueueItem, organization: Organization) -> Fate:
    due = when(in_zone(item.scheduled_for, organization))
    sentence = item.error or sentence_of(item.reason)
    if item.status == "pending" and item.deferrals:
        return Fate(step + 1, channel, due, "item", "deferred", "Held", "", sentence)
    words: Sequence[str] = {
        "pending": ("Planned", ""),
        "skipped": ("Refused", "stop"),
        "processing": ("Leaving", "going"),
        "failed": ("Failed", "stop"),
    }.get(item.status, (item.status.capitalize(), ""))
    return Fate(step + 1, channel, due, "item", item.status, words[0], words[1], sentence)
