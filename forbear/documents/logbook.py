"""The compliance log of one document: its own entries, and what its campaigns sent, held and were refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from forbear.compliance.models import Entry
from forbear.compliance.vault import personal_of
from forbear.compliance.words import names_of
from forbear.dispatch import events as dispatch

from . import events
from .models import Document, Outreach

WORDS: Final[Mapping[str, str]] = {
    events.OUTREACH_STARTED: "campaign_started",
    events.OUTREACH_CHANGED: "campaign_changed",
    events.OUTREACH_PAUSED: "campaign_paused",
    events.OUTREACH_RESUMED: "campaign_resumed",
    events.OUTREACH_STOPPED: "campaign_stopped",
    events.OPT_OUT: "opt_out",
    events.CHANNEL_CLOSED: "channel_closed",
    events.LOAN_STATUS_CHANGED: "loan_status_changed",
    dispatch.ITEM_DEFERRED: "message_held",
    dispatch.ITEM_SKIPPED: "message_blocked",
    dispatch.ITEM_FAILED: "message_failed",
    dispatch.MESSAGE_SENT: "message_sent",
    dispatch.MESSAGE_DELIVERED: "message_delivered",
    dispatch.MESSAGE_UNDELIVERED: "message_undelivered",
    dispatch.MESSAGE_UNCERTAIN: "message_uncertain",
    dispatch.MESSAGE_REJECTED: "message_rejected",
    dispatch.MESSAGE_RECEIVED: "message_received",
}
"""By the originals' words, and in their manner; others are called by their noun and verb: `document_created`."""
_OF_CAMPAIGNS = [event for event in WORDS if event.startswith("dispatch:")]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is told to others."""

    id: str
    event: str
    user: str
    campaign: int | None
    channels: list[str]
    notes: str | None
    at: datetime


def entries(document: Document) -> QuerySet[Entry]:
    """Newest first when paged by id."""
    campaigns = Outreach.objects.filter(document=document, campaign__isnull=False).values_list("campaign", flat=True)
    about = Q(document_id=document.pk)
    if carried := list(campaigns):
        about |= Q(campaign_id__in=carried, event__in=_OF_CAMPAIGNS)
    return Entry.objects.of(document.organization).filter(about)


def lines(rows: Sequence[Entry]) -> list[Line]:
    """In a fixed number of statements."""
    names, personal = names_of(rows), personal_of(rows)
    return [
        Line(
            id=row.public_id,
            event=word_of(row.event),
            user=names.get(row.actor, row.actor),
            campaign=row.campaign_id,
            channels=list(row.channels),
            notes=personal.get(row.pk, {}).get("notes"),
            at=row.at,
        )
        for row in rows
    ]


def word_of(event: str) -> str:
    return WORDS.get(event) or "_".join(event.split(":")[1:])


def outreach_ids(document: Document) -> dict[int, str]:
    """Public ids of the document's campaigns by the engine's numbers of them."""
    rows = Outreach.objects.filter(document=document, campaign__isnull=False)
    return {row.campaign_id: row.public_id for row in rows}
