"""Named reads of the dispatch room."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.policy.engine import judge
from forbear.policy.facts import Facts
from forbear.policy.loading import standard
from forbear.policy.verdict import Outcome
from forbear.staff.models import Organization

from .gather import Case, Gathered, facts_of, gather
from .models import Call, Message, QueueItem
from .past import facts_then
from .states import Channel, ItemStatus, Occasion


def contactability(
    *, account: Account, channel: str, at: datetime, occasion: str = Occasion.MANUAL, answers_at: datetime | None = None
) -> dict[str, Any]:
    """May this leave at that minute, and why (not)? The explained verdict in the API's shape; nothing is written."""
    case = Case(0, account.organization_id, occasion, account.pk, account.consumer_id, channel, answers_at=answers_at)
    return _explained(channel, _facts(case, gather([case], at=at), at), at)


def _facts(case: Case, got: Gathered, at: datetime) -> Facts:
    """As they stand; for a minute that has passed, as they stood then."""
    return facts_then(case, got, at=at) if at < clock.now() - A_MINUTE else facts_of(case, got)


A_MINUTE = timedelta(minutes=1)


def _explained(channel: str, facts: Facts, at: datetime) -> dict[str, Any]:
    point = facts.contact_point
    verdict = judge(facts, standard(), at)
    return standard().explain(verdict.record()) | {"channel": channel, "address": point.address if point else None}


Stretch = tuple[datetime, datetime]


def outlook(
    *, account: Account, channels: Sequence[str], at: datetime, days: int = 7
) -> dict[str, tuple[dict[str, Any], list[Stretch]]]:
    """By channel: the same answer for a message by hand, and the half-open stretches of the coming days in which it
    may leave, found by asking the judge itself. As many queries as for one channel.
    """
    cases = [
        Case(0, account.organization_id, Occasion.MANUAL, account.pk, account.consumer_id, channel)
        for channel in channels
    ]
    got = gather(cases, at=at)
    known = {case.channel: _facts(case, got, at) for case in cases}
    return {channel: (_explained(channel, facts, at), _stretches(facts, at, days)) for channel, facts in known.items()}


def _stretches(facts: Facts, since: datetime, days: int) -> list[Stretch]:
    stretches: list[Stretch] = []
    end, at = since + timedelta(days=days), since
    while at < end and len(stretches) < 2 * days:
        verdict = judge(facts, standard(), at)
        if verdict.outcome is Outcome.ALLOW:
            closes = _closing(facts, at, end)
            stretches.append((at, closes))
            at = closes
        elif verdict.outcome is Outcome.DEFER and verdict.next_allowed_at is not None:
            at = verdict.next_allowed_at
        else:
            break
    return stretches


_QUARTER = timedelta(minutes=15)


def _closing(facts: Facts, opened: datetime, end: datetime) -> datetime:
    """The first quarter of an hour after `opened` at which the judge no longer allows."""
    at = (
        opened
        + _QUARTER
        - timedelta(minutes=opened.minute % 15, seconds=opened.second, microseconds=opened.microsecond)
    )
    while at < end and judge(facts, standard(), at).outcome is Outcome.ALLOW:
        at += _QUARTER
    return min(at, end)


def explained(item: QueueItem) -> dict[str, Any] | None:
    """The stored verdict of an item with its sentences and citations."""
    return told(item.verdict) if item.verdict else None


def told(verdict: str) -> dict[str, Any]:
    """A stored verdict as it was, in words: with the instant, the packs by their hashes, the time zone tables and the
    facts that it was decided on.
    """
    kept = json.loads(verdict)
    known = {name: kept[name] for name in ("at", "packs", "engine", "tzdata", "used") if name in kept}
    return standard().explain(kept) | known


def thread(organization: Organization, *, channel: str, address: str, limit: int = 200) -> list[Message]:
    """What was said with one address, oldest first; the newest `limit`."""
    rows = Message.objects.of(organization).filter(channel=channel, address=address).order_by("-at", "-pk")
    rows = rows.select_related("call")
    return list(reversed(rows[:limit]))


def call_of(message: Message) -> Call | None:
    """What became of a call; None while it goes on, and for everything else. Select `call` with many messages."""
    return getattr(message, "call", None) if message.channel == Channel.VOICE else None


def messages_of(account: Account) -> Any:
    """All messages with the account's consumer, newest first."""
    rows = Message.objects.of(account.organization).filter(consumer_id=account.consumer_id)
    return rows.select_related("item").order_by("-at", "-pk")


def engine_figures(organization: Organization, *, since: datetime) -> dict[str, int]:
    """Pending, processing and deferred now; completed, failed and skipped since `since` (the local midnight)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'processing'),
                      count(*) FILTER (WHERE status = 'pending' AND deferrals > 0),
                      count(*) FILTER (WHERE status = 'completed' AND settled_at >= %s),
                      count(*) FILTER (WHERE status = 'failed' AND settled_at >= %s),
                      count(*) FILTER (WHERE status = 'skipped' AND settled_at >= %s)
               FROM dispatch_queueitem WHERE organization_id = %s""",
            [since, since, since, organization.pk],
        )
        row: Sequence[int] = cursor.fetchone() or (0,) * 6
    names = ("pending", "processing", "deferred", "completed_today", "failed_today", "skipped_today")
    return dict(zip(names, row, strict=True))


def held(organization: Organization, *, limit: int = 20) -> list[tuple[datetime, int]]:
    """Held items by the time at which they open, the next first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT scheduled_for, count(*) FROM dispatch_queueitem
               WHERE organization_id = %s AND status = %s AND deferrals > 0 GROUP BY 1 ORDER BY 1 LIMIT %s""",
            [organization.pk, str(ItemStatus.PENDING), limit],
        )
        return list(cursor.fetchall())
