"""Reads of the desk: what the shell counts, what waits for somebody, what leaves today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import ExtractHour

from forbear.accounts.models import Consumer
from forbear.campaigns.models import Campaign
from forbear.campaigns.states import Status as CampaignStatus
from forbear.consent.models import Hold
from forbear.consent.states import HoldKind
from forbear.dispatch.models import Message, QueueItem
from forbear.dispatch.states import Direction, ItemStatus, ReferralStatus
from forbear.documents.queries import stats_lately
from forbear.inbox.models import Conversation
from forbear.inbox.states import Status as ConversationStatus
from forbear.notices.queries import kinds_of
from forbear.notices.states import KEPT_FOR
from forbear.staff.models import Organization, Person


@dataclass(frozen=True)
class ShellCounts:
    """The figures beside the navigation's links."""

    unread: int
    accounts: int
    campaigns: int
    referrals: int
    documents: int
    sandbox: bool
    notices: int = 0


COUNTED_EXACTLY = 5_000
_SHELL = """
SELECT (SELECT count(*) FROM inbox_conversation
        WHERE organization_id = %(org)s AND status = 'open' AND unread > 0),
       (SELECT count(*) FROM (
            SELECT 1 FROM accounts_account WHERE organization_id = %(org)s LIMIT %(accounts)s) AS counted),
       (SELECT count(*) FROM campaigns_campaign
        WHERE organization_id = %(org)s AND status <> 'completed'),
       (SELECT count(*) FROM dispatch_referral r LEFT JOIN dispatch_queueitem i ON i.id = r.item_id
        WHERE r.organization_id = %(org)s AND r.status = 'open'
          AND (r.item_id IS NULL OR i.status = 'pending' AND i.reason = r.reason)),
       (SELECT count(*) FROM (SELECT 1 FROM documents_document
            WHERE organization_id = %(org)s AND archived_at IS NULL LIMIT %(most)s) AS counted),
       NOT EXISTS (SELECT 1 FROM channels_provideraccount WHERE kind <> 'paper' AND status = 'active'),
       (SELECT count(*) FROM (
            SELECT 1 FROM notices_notice n
            WHERE n.organization_id = %(org)s AND n.kind = ANY(%(kinds)s) AND n.at > %(since)s
              AND NOT EXISTS (SELECT FROM notices_reader r WHERE r.person_id = %(person)s AND r.through_id >= n.id)
              AND NOT EXISTS (SELECT FROM notices_seen s WHERE s.person_id = %(person)s AND s.notice_id = n.id)
            LIMIT 100) AS unread)
"""


def shell_counts(organization: Organization, person: Person, *, at: datetime) -> ShellCounts:
    """One statement. Accounts beyond five thousand are counted once a minute: the figure may be that late."""
    name = f"accounts:{organization.pk}"
    known: int | None = cache.get(name)
    values = {"org": organization.pk, "most": COUNTED_EXACTLY + 1, "person": person.pk}
    values |= {"accounts": None if known is None else 0}  # all, or none
    values |= {"kinds": kinds_of(person), "since": at - KEPT_FOR}
    with connection.cursor() as cursor:
        cursor.execute(_SHELL, values)
        row = cursor.fetchone()
    assert row is not None
    unread, accounts, campaigns, referrals, documents, sandbox, notices = row
    if accounts > COUNTED_EXACTLY:
        cache.set(name, accounts, 60)
    accounts = accounts if known is None else known
    if documents > COUNTED_EXACTLY:
        documents = stats_lately(organization).total
    return ShellCounts(unread, accounts, campaigns, referrals, documents, sandbox, notices)


@dataclass(frozen=True)
class Reply:
    """A conversation that waits for our answer."""

    conversation: Conversation
    name: str
    since: datetime


def replies_waiting(organization: Organization, *, limit: int) -> tuple[int, list[Reply]]:
    """How many, and the oldest of them."""
    waiting = Conversation.objects.of(organization).filter(status=ConversationStatus.OPEN, waiting_since__isnull=False)
    oldest = list(waiting.order_by("waiting_since", "id")[:limit])
    count = len(oldest) if len(oldest) < limit else waiting.count()
    names = names_of([c.consumer_id for c in oldest if c.consumer_id])
    return count, [Reply(c, names.get(c.consumer_id, c.address), c.waiting_since) for c in oldest]


def names_of(consumer_ids: list[int]) -> dict[int | None, str]:
    """Full names by id, in one query; none for none."""
    return {c.pk: str(c) for c in Consumer.objects.filter(pk__in=consumer_ids)} if consumer_ids else {}


@dataclass(frozen=True)
class Opening:
    """Messages that are held until the same moment for the same reason."""

    at: datetime
    reason: str
    count: int


def held_messages(organization: Organization, *, at: datetime, limit: int = 6) -> tuple[int, list[Opening]]:
    """How many planned contacts wait for a later moment, and the next openings; not those that wait for a person."""
    waiting = QueueItem.objects.of(organization).filter(status=ItemStatus.PENDING, scheduled_for__gt=at)
    held = waiting.exclude(referrals__status=ReferralStatus.OPEN)
    openings = held.values("scheduled_for", "reason").annotate(count=Count("id")).order_by("scheduled_for")
    rows = [Opening(row["scheduled_for"], row["reason"], row["count"]) for row in openings[: limit + 1]]
    total = sum(row.count for row in rows) if len(rows) <= limit else held.count()
    return total, rows[:limit]


@dataclass(frozen=True)
class Campaigns:
    """Those that Today names: waiting for their hour, the next first; not launched, with their problem; under way."""

    scheduled: list[Campaign]
    failed: list[Campaign]
    running: list[Campaign]


def campaigns_of_today(organization: Organization, *, waiting: int = 6, under_way: int = 5) -> Campaigns:
    """One statement."""
    mine = Campaign.objects.of(organization)
    drafts = mine.filter(status=CampaignStatus.DRAFT)
    running = mine.filter(status__in=[CampaignStatus.ACTIVE, CampaignStatus.PAUSED]).order_by("-id")
    scheduled = drafts.filter(launch_at__isnull=False).order_by("launch_at")[:waiting]
    failed = drafts.exclude(problem="").order_by("-id")[:waiting]
    found = {one.pk: one for one in scheduled.union(failed, running[:under_way], all=True)}
    newest = [found[number] for number in sorted(found, reverse=True)]
    waits = [one for one in newest if one.status == CampaignStatus.DRAFT and one.launch_at]
    return Campaigns(
        sorted(waits, key=lambda one: one.launch_at),
        [one for one in newest if one.status == CampaignStatus.DRAFT and one.problem],
        [one for one in newest if one.status != CampaignStatus.DRAFT],
    )


def unclear_replies(organization: Organization, *, limit: int = 6) -> list[Hold]:
    """Holds that a reply caused which may have meant stop: a person reads it."""
    held = Hold.objects.of(organization).filter(kind=HoldKind.UNCLEAR_REPLY, closed_at__isnull=True)
    return list(held.select_related("consumer", "account").order_by("opened_at")[:limit])


@dataclass(frozen=True)
class Hour:
    """What left in one hour of the organization's day, and what is planned for it."""

    hour: int
    sent: int
    planned: int


def hours_of_today(organization: Organization, *, at: datetime) -> list[Hour]:
    """Twenty-four hours on the organization's clock. After many messages the figures may be half a minute old."""
    name = f"hours:{organization.pk}:{int(at.timestamp()) // 30}"
    kept: list[Hour] | None = cache.get(name)
    hours = kept or _hours_of(organization, at)
    if kept is None and sum(hour.sent + hour.planned for hour in hours) > COUNTED_EXACTLY:
        cache.set(name, hours, 30)
    return hours


def _hours_of(organization: Organization, at: datetime) -> list[Hour]:
    zone = ZoneInfo(organization.time_zone)
    start = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=1)).replace(fold=0)
    left = Message.objects.of(organization).filter(direction=Direction.OUT, sent_at__gte=start, sent_at__lt=end)
    waiting = QueueItem.objects.of(organization).filter(status=ItemStatus.PENDING)
    waiting = waiting.filter(scheduled_for__gte=at, scheduled_for__lt=end)
    sent, planned = _by_hour(left, "sent_at", zone), _by_hour(waiting, "scheduled_for", zone)
    counted = {(what, hour): n for what, hour, n in sent.union(planned, all=True)}
    return [
        Hour(hour, counted.get(("sent_at", hour), 0), counted.get(("scheduled_for", hour), 0)) for hour in range(24)
    ]


def _by_hour(rows: QuerySet[Any], column: str, zone: ZoneInfo) -> QuerySet[Any, Any]:
    """(column, hour, how many)"""
    named = rows.annotate(what=Value(column), hour=ExtractHour(column, tzinfo=zone)).order_by()
    return named.values("what", "hour").annotate(n=Count("id")).values_list("what", "hour", "n")
