"""How a campaign stands: one reading of its counts, in the words and parts that its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Count, Min, QuerySet

from forbear.dispatch.models import QueueItem
from forbear.dispatch.states import ItemStatus
from forbear.web.formats import plural, share, when
from forbear.web.parts import Figure, Length, Share

from . import queries
from .models import Campaign, Enrollment
from .reasons import words_of
from .states import Status

# The words of a recipient's fate: how it is written, and its tone where CSS does not know the word.
WORDS: Final = {
    "delivered": ("Delivered", ""),
    "sent": ("Sent", ""),
    "sending": ("Being sent", ""),
    "processing": ("Being sent", ""),
    "completed": ("Sent", "going"),
    "pending": ("Planned", ""),
    "waiting": ("To come", ""),
    "undelivered": ("Not delivered", ""),
    "uncertain": ("Uncertain", ""),
    "rejected": ("Refused by the gateway", ""),
    "failed": ("Failed", ""),
    "skipped": ("Left out", "stop"),
    "excluded": ("Excluded", "stop"),
    "cancelled": ("Cancelled", "quiet"),
}
GOING = ("sent", "sending", "processing", "completed")
NOT_DELIVERED = ("undelivered", "uncertain")
STOPPED = ("rejected", "failed", "skipped", "excluded")
TO_COME = ("pending", "waiting")
EVERY: Final = ((50_000, "15s"), (5_000, "5s"), (0, "2s"))


@dataclass(frozen=True)
class Part:
    """A stretch of the bar."""

    tone: str
    percent: float


@dataclass(frozen=True)
class Reading:
    """counts: recipients by the word of their fate; held: how many of the pending ones wait for a lawful hour."""

    counts: dict[str, int]
    held: int
    opens: datetime | None
    kpis: queries.Kpis
    reasons: list[Length]


@dataclass(frozen=True)
class Standing:
    """A campaign with one reading of its figures."""

    campaign: Campaign
    reading: Reading

    @property
    def counts(self) -> dict[str, int]:
        return self.reading.counts

    @property
    def held(self) -> int:
        return self.reading.held

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def shares(self) -> list[Share]:
        """The parts of the bar and of its key."""
        stopped = self._sum(STOPPED)
        return [
            Share(value=self.counts.get("delivered", 0), words="delivered", tone="good"),
            Share(value=self._sum(GOING), words="sent, not delivered yet", tone=""),
            Share(value=self._sum(NOT_DELIVERED), words="sent, but not delivered", tone="person"),
            Share(value=self.held, words="held", tone="wait"),
            Share(value=stopped, words="left out or refused", tone="stop"),
            Share(
                value=self._sum(TO_COME) - self.held + self.counts.get("cancelled", 0),
                words="cancelled" if self.counts.get("cancelled") and not self._sum(TO_COME) else "to come",
                tone="quiet",
            ),
        ]

    @property
    def bar(self) -> list[Part]:
        """The coloured parts of the bar; what is to come stays empty."""
        whole = max(self.total, 1)
        return [
            Part(part.tone, 100 * part.value / whole) for part in self.shares if part.value and part.tone != "quiet"
        ]

    def _sum(self, words: tuple[str, ...]) -> int:
        return sum(self.counts.get(word, 0) for word in words)

    @property
    def figures(self) -> list[Figure]:
        """The strip of key figures."""
        kpis, total = self.reading.kpis, self.total
        left_out = self._sum(STOPPED)
        return [
            Figure(label="Total Accounts", figure=f"{total:,}", note=f"{left_out:,} left out" if left_out else ""),
            Figure(label="Contacted", figure=f"{kpis.contacted:,}", note="at least one message sent"),
            Figure(label="Contact Rate", figure=share(kpis.reached, total), note="delivered or answered"),
            Figure(
                label="Replies",
                figure=f"{kpis.replied:,}",
                note=f"{share(kpis.replied, kpis.contacted)} of those contacted",
            ),
            Figure(label="Opt-outs", figure=f"{kpis.opted_out:,}", note="asked for no more texts"),
            Figure(label="Held", figure=f"{self.held:,}", note=self._opening() or "nothing is held"),
        ]

    def _opening(self) -> str:
        zone = ZoneInfo(self.campaign.organization.time_zone)
        return f"the next leave {when(self.reading.opens.astimezone(zone))}" if self.reading.opens else ""

    @property
    def pace(self) -> str:
        """One line beside the bar."""
        if self.campaign.status == Status.COMPLETED:
            return "everybody's turn is over"
        if self.campaign.status == Status.PAUSED:
            return "paused: nothing is planned"
        return self._opening() if self.held else plural(self._sum(TO_COME), "message") + " to come"

    @property
    def filters(self) -> list[tuple[str, str, int]]:
        """The words that some recipient has, in the order of WORDS."""
        return [(word, WORDS[word][0], self.counts[word]) for word in WORDS if self.counts.get(word)]

    @property
    def live(self) -> str:
        """How often the page asks again; empty when nothing moves any more."""
        if self.campaign.status != Status.ACTIVE and not self.counts.get("sending"):
            return ""
        return next(every for most, every in EVERY if self.total > most or not most)

    @property
    def signature(self) -> str:
        """Another word as soon as anything shown has changed."""
        text = repr((self.reading, self.campaign.status))
        return sha256(text.encode()).hexdigest()[:12]


SECONDS: Final = {Status.ACTIVE: 10, Status.PAUSED: 60, Status.COMPLETED: 300}


def standing_of(campaign: Campaign, *, at: datetime) -> Standing:
    """Five statements, whatever the size. Figures of a campaign of more than five thousand may be seconds old."""
    key = f"campaigns:standing:{campaign.pk}:{campaign.status}"
    reading = cache.get(key)
    if reading is None:
        reading = _read(campaign, at)
        if sum(reading.counts.values()) > queries.COUNTED_EACH_TIME:
            cache.set(key, reading, SECONDS.get(Status(campaign.status), 10))
    return Standing(campaign, reading)


def _read(campaign: Campaign, at: datetime) -> Reading:
    waiting = QueueItem.objects.filter(campaign_id=campaign.pk, status=ItemStatus.PENDING, scheduled_for__gt=at)
    held = waiting.aggregate(count=Count("pk"), opens=Min("scheduled_for"))
    return Reading(
        counts=queries.counts_by_status(campaign),
        held=held["count"],
        opens=held["opens"],
        kpis=queries.kpis(campaign),
        reasons=_reasons(campaign, waiting),
    )


def _reasons(campaign: Campaign, waiting: QuerySet[QueueItem]) -> list[Length]:
    ended = Enrollment.objects.filter(campaign=campaign.pk).exclude(reason="")
    rows = [
        *((row, "wait") for row in _counted(waiting)),
        *((row, "stop") for row in _counted(ended)),
    ]
    told = [Length(label=words_of(row["reason"]), value=row["n"], tone=tone) for row, tone in rows if row["reason"]]
    return sorted(told, key=lambda length: -length.value)


def _counted(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return list(rows.values("reason").annotate(n=Count("pk")).order_by())
