"""What the Execution page reads: the engine's figures of the day, and the queue with each verdict's sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from forbear.core.ids import public_id
from forbear.dispatch import overview
from forbear.dispatch.actions import deciding_sentence
from forbear.dispatch.models import QueueItem
from forbear.dispatch.queries import engine_figures
from forbear.dispatch.states import ItemStatus
from forbear.policy.loading import standard as law
from forbear.staff.models import Organization
from forbear.web.formats import plural
from forbear.web.parts import Figure

from .models import Campaign
from .reasons import sentence_of, words_of
from .states import Kind, Status

COUNTED_EACH_TIME = 20_000
KEPT_SECONDS = 15
MOST_OFFERED = 200
NAMES = ("pending", "deferred", "processing", "completed_today", "failed_today", "skipped_today")


@dataclass(frozen=True)
class Planned:
    """A row of the queue: the item, its campaign's name, and why it stands as it does."""

    item: QueueItem
    campaign: str
    campaign_url_id: str
    say: str

    @property
    def step(self) -> int | None:
        """Which contact of the plan, counted from one; None for a contact by hand."""
        return self.item.step + 1 if self.item.enrollment_id is not None else None

    @property
    def attempt(self) -> int:
        """Which try of that step, counted from one."""
        return self.item.attempt + 1

    @property
    def is_held(self) -> bool:
        return self.item.status == ItemStatus.PENDING and self.item.deferrals > 0


def queue(
    organization: Organization, *, status: str = "", channel: str = "", campaign_id: int | None = None
) -> QuerySet[QueueItem]:
    """Planned contacts."""
    rows = overview.items(organization, status=status, campaign_id=campaign_id)
    return rows.filter(channel=channel) if channel else rows


def first_of(rows: QuerySet[QueueItem]) -> list[QueueItem]:
    """The rows of a slice with what the page shows of them. Their numbers are found first: what is not shown is neither
    joined nor put in order with all its columns."""
    numbers = list(rows.values_list("pk", flat=True))
    whole = QueueItem.objects.select_related("account", "consumer").defer("body", "account__fields")
    found = whole.in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def rows_of(items: Sequence[QueueItem]) -> list[Planned]:
    """The items with their campaigns' names: one statement."""
    names = _names({item.campaign_id for item in items if item.campaign_id is not None})
    return [
        Planned(
            item,
            names.get(item.campaign_id or 0, ""),
            public_id(Campaign.prefix, item.campaign_id) if item.campaign_id in names else "",
            _say(item),
        )
        for item in items
    ]


def _names(campaigns: Iterable[int]) -> dict[int, str]:
    wanted = set(campaigns)
    return dict(Campaign.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _say(item: QueueItem) -> str:
    """The sentence of the finding that decided, else of the reason."""
    if item.status == ItemStatus.CANCELLED:
        return sentence_of(item.reason)
    return (_sentence(item.verdict) if item.verdict else "") or sentence_of(item.reason)


@lru_cache(maxsize=4096)
def _sentence(verdict: str) -> str:
    explained = law().explain(json.loads(verdict))
    return deciding_sentence(explained) if explained.get("because") and explained["outcome"] != "allow" else ""


def figures_of(organization: Organization, *, at: datetime, patient: bool = False) -> dict[str, int] | None:
    """Figures of the engine; of more than twenty thousand planned contacts up to fifteen seconds old.

    None where so many would have to be counted now and nobody has the patience: the page is drawn first.
    """
    key = f"execution:{organization.pk}"
    known: dict[str, int] | None = cache.get(key)
    if known is not None:
        return known
    many = _is_large(organization)
    if many and not patient:
        return None
    figures = engine_figures(organization, since=overview.midnight(organization, at=at))
    if many:
        cache.set(key, figures, KEPT_SECONDS)
    return figures


def _is_large(organization: Organization) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) > %s FROM (
                   SELECT FROM dispatch_queueitem WHERE organization_id = %s LIMIT %s) counted""",
            [COUNTED_EACH_TIME, organization.pk, COUNTED_EACH_TIME + 1],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def strip_of(figures: dict[str, int] | None, *, paused: bool) -> list[Figure]:
    """The key figures of the page."""
    known: dict[str, Any] = {name: f"{figures[name]:,}" if figures else "…" for name in NAMES}
    return [
        Figure(label="Pending", figure=known["pending"], note="held: the engine is paused" if paused else "in line"),
        Figure(label="Processing", figure=known["processing"], note="being handed over"),
        Figure(label="Deferred", figure=known["deferred"], note="of the pending, for a lawful hour"),
        Figure(label="Completed Today", figure=known["completed_today"], note="handed over"),
        Figure(label="Failed Today", figure=known["failed_today"], note="each with its error"),
        Figure(label="Skipped Today", figure=known["skipped_today"], note="each with its reason"),
    ]


def running(organization: Organization) -> list[Campaign]:
    """The campaigns that can be enqueued, the newest first."""
    rows = Campaign.objects.of(organization).filter(status=Status.ACTIVE).order_by("-id")
    return list(rows.only("pk", "name", "organization_id", "status")[:MOST_OFFERED])


def offered(organization: Organization) -> list[tuple[str, str]]:
    """The newest campaigns, for the filter: public id and name."""
    rows = Campaign.objects.of(organization).exclude(kind=Kind.DOCUMENT, status=Status.COMPLETED).order_by("-id")
    return [(one.public_id, one.name) for one in rows.only("pk", "name")[:MOST_OFFERED]]


@dataclass(frozen=True)
class Told:
    """What an Enqueue answered, for the page after it."""

    name: str
    enqueued: int
    already_queued: int
    refused: list[tuple[str, int]]

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> Told | None:
        """From what `kept_of` put into the session."""
        return cls(**kept) if kept else None

    @property
    def sentence(self) -> str:
        """12 contacts were enqueued, 3 were queued already."""
        planned = plural(self.enqueued, "contact was enqueued", "contacts were enqueued")
        return f"{planned}, {plural(self.already_queued, 'was', 'were')} queued already."


def kept_of(name: str, answer: Any) -> dict[str, Any]:
    """An Enqueue's answer as the session keeps it."""
    refused = sorted(answer.refused.items(), key=lambda one: -one[1])
    return {
        "name": name,
        "enqueued": answer.enqueued,
        "already_queued": answer.already_queued,
        "refused": [(words_of(reason), count) for reason, count in refused],
    }
