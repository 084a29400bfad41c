"""Named reads of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from forbear.campaigns import queries as campaigns
from forbear.campaigns.models import Campaign
from forbear.campaigns.states import Kind, Status
from forbear.staff.models import Organization

DAYS = 14
Figures = tuple[dict[str, int], tuple[int, int]]


@dataclass(frozen=True)
class CampaignLine:
    """One campaign in the report: recipients by the word of their fate, the same words as its results have."""

    campaign: Campaign
    counts: dict[str, int] = field(default_factory=dict)
    replied: int = 0
    opted_out: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, *words: str) -> int:
        return sum(self.counts.get(word, 0) for word in words)

    @property
    def delivered(self) -> int:
        return self.of("delivered")

    @property
    def sent(self) -> int:
        """Left the house, and the gateway has not said yet what became of it."""
        return self.of("sending", "sent", "processing", "completed")

    @property
    def not_delivered(self) -> int:
        """Left the house and did not arrive, as far as the gateway says."""
        return self.of("undelivered", "uncertain")

    @property
    def waiting(self) -> int:
        return self.of("pending", "waiting")

    @property
    def left_out(self) -> int:
        return self.of("excluded", "skipped", "rejected", "failed", "cancelled")


def launched(organization: Organization) -> QuerySet[Campaign]:
    """SMS campaigns that have something to report."""
    rows = Campaign.objects.of(organization).filter(kind=Kind.BROADCAST).exclude(status=Status.DRAFT)
    return rows.select_related("contact_list", "template")


def reports_of(some: Sequence[Campaign]) -> list[CampaignLine]:
    """Two statements for all of them; a big campaign's figures may be a minute old."""
    kept: dict[str, Figures] = cache.get_many([_key(campaign) for campaign in some])
    fresh = [campaign for campaign in some if _key(campaign) not in kept]
    counts = campaigns.counts_of([campaign.pk for campaign in fresh])
    answers = campaigns.answers_of([campaign.pk for campaign in fresh])
    found = {_key(one): (counts.get(one.pk, {}), answers.get(one.pk, (0, 0))) for one in fresh}
    cache.set_many({key: it for key, it in found.items() if sum(it[0].values()) > campaigns.COUNTED_EACH_TIME}, 60)
    figures = {**kept, **found}
    return [CampaignLine(one, figures[_key(one)][0], *figures[_key(one)][1]) for one in some]


def _key(campaign: Campaign) -> str:
    return f"reports:{campaign.pk}:{campaign.status}"


@dataclass(frozen=True)
class DayOfMessages:
    """What was sent and what came back on one day of the organization's."""

    day: date
    sent: int
    received: int


def days_of_messages(organization: Organization, *, at: datetime) -> list[DayOfMessages]:
    """The last fourteen days, the oldest first; sent is what the gateway took. Many are counted once a minute."""
    zone = ZoneInfo(organization.time_zone)
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    nights = [midnight - timedelta(days=number) for number in reversed(range(DAYS))]
    key = f"reports:days:{organization.pk}:{organization.time_zone}:{midnight:%Y-%m-%d}"
    days: list[DayOfMessages] | None = cache.get(key)
    if days is None:
        days = _days_of_messages(organization, nights)
        if sum(day.sent + day.received for day in days) > campaigns.COUNTED_EACH_TIME:
            cache.set(key, days, 60)
    return days


def _days_of_messages(organization: Organization, nights: Sequence[datetime]) -> list[DayOfMessages]:
    counted: dict[tuple[int, str], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT width_bucket(coalesce(sent_at, at), %(nights)s::timestamptz[]), direction, count(*)
               FROM dispatch_message WHERE organization_id = %(organization)s AND at >= %(since)s
               AND (direction = 'in' OR sent_at IS NOT NULL) GROUP BY 1, 2""",
            {"nights": list(nights), "organization": organization.pk, "since": nights[0]},
        )
        for number, direction, count in cursor.fetchall():
            counted[number, direction] = count
    return [
        DayOfMessages(night.date(), counted.get((number, "out"), 0), counted.get((number, "in"), 0))
        for number, night in enumerate(nights, start=1)
    ]
