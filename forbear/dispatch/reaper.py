"""A worker that died leaves messages in `sending`. Nobody knows whether they left: the gateway is asked where it can
answer, the rest become uncertain. None is sent again.

What is uncertain is asked about once more every hour, for a day: a gateway that could not tell then may know now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection

from forbear.channels.secrets import credentials_of
from forbear.providers.base import Submitted, Uncertain
from forbear.providers.registry import adapter_of

from .contacts import InHand
from .settling import settle

log = structlog.get_logger("forbear.dispatch")

# Longer than any gateway call takes, in the clock that the messages carry. Where that clock was moved on, a worker may
# still be at it: it then finds its messages settled and hands over nothing, or its answer comes after ours.
LOST_AFTER = timedelta(minutes=5)

ASKED_FOR = timedelta(days=1)
ASK_EVERY = timedelta(hours=1)

_IN_HAND = """
SELECT p.id, p.kind, m.id, i.id, m.organization_id, m.channel, m.address, m.account_id, m.campaign_id, i.enrollment_id,
    i.step, i.attempt, 'system'
FROM dispatch_message m JOIN dispatch_queueitem i ON i.id = m.item_id
LEFT JOIN channels_provideraccount p ON p.id = m.provider_id"""
_LOST = f"{_IN_HAND} WHERE m.status = 'sending' AND m.at < %s ORDER BY m.at, m.id LIMIT %s"
_UNCERTAIN = f"""
WITH asked AS (
    UPDATE dispatch_message SET asked_at = %(at)s WHERE id IN (
        SELECT id FROM dispatch_message
        WHERE status = 'uncertain' AND at >= %(since)s AND at < %(lost)s
          AND (asked_at IS NULL OR asked_at <= %(asked)s)
        ORDER BY at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING id
) {_IN_HAND} JOIN asked ON asked.id = m.id WHERE p.id IS NOT NULL ORDER BY m.at, m.id"""  # noqa: S608 - our own words

_UNKNOWN = Uncertain("The worker stopped while handing over; the gateway cannot tell whether it has the message.")


def reap(*, at: datetime, lost_after: timedelta = LOST_AFTER, limit: int = 500) -> int:
    """Settle what nobody settled; gives how many."""
    lost = _by_provider(_LOST, [at - lost_after, limit])
    return sum(_settle(some, _ask(*gate, some), at) for gate, some in lost.items())


def ask_once_more(*, at: datetime, limit: int = 500) -> int:
    """What the gateways know by now of the uncertain messages of the last day; gives how many are settled by it."""
    asked = {
        "at": at,
        "since": at - ASKED_FOR,
        "lost": at - LOST_AFTER,
        "asked": at - ASK_EVERY,
        "limit": limit,
    }
    return sum(_settle_known(some, _ask(*gate, some), at) for gate, some in _by_provider(_UNCERTAIN, asked).items())


def _by_provider(sql: str, values: Any) -> dict[tuple[int, str], list[InHand]]:
    found: dict[tuple[int, str], list[InHand]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for provider, kind, *one in cursor.fetchall():
            found.setdefault((provider, kind), []).append(InHand(*one))
    return found


def _ask(provider: int, kind: str, lost: Sequence[InHand]) -> Mapping[str, Submitted]:
    try:
        return adapter_of(kind).ask(credentials_of(provider), [one.reference for one in lost])
    except Exception:  # a gateway that cannot be asked leaves them uncertain
        log.exception("gateway not asked", provider=provider)
        return {}


def _settle(lost: Sequence[InHand], told: Mapping[str, Submitted], at: datetime) -> int:
    answers = [told.get(one.reference, _UNKNOWN) for one in lost]
    return sum(settle(lost, answers, at=at, by="reaper"))


def _settle_known(asked: Sequence[InHand], told: Mapping[str, Submitted], at: datetime) -> int:
    """Those that nobody can tell stay as they are, and the log hears nothing new."""
    known = [one for one in asked if not isinstance(told.get(one.reference, _UNKNOWN), Uncertain)]
    return sum(settle(known, [told[one.reference] for one in known], at=at, by="reaper"))
