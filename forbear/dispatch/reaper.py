"""A worker that died leaves messages in `sending`. Nobody knows whether they left: the gateway is asked where it can
answer, the rest become uncertain. None is sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

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

_LOST = """
SELECT p.id, p.kind, m.id, i.id, m.organization_id, m.channel, m.address, m.account_id, m.campaign_id, i.enrollment_id,
    i.step, 'system'
FROM dispatch_message m JOIN dispatch_queueitem i ON i.id = m.item_id
LEFT JOIN channels_provideraccount p ON p.id = m.provider_id
WHERE m.status = 'sending' AND m.at < %s ORDER BY m.at, m.id LIMIT %s"""

_UNKNOWN = Uncertain("The worker stopped while handing over; the gateway cannot tell whether it has the message.")


def reap(*, at: datetime, lost_after: timedelta = LOST_AFTER, limit: int = 500) -> int:
    """Settle what nobody settled; gives how many."""
    by_provider: dict[tuple[int, str], list[InHand]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LOST, [at - lost_after, limit])
        for provider, kind, *lost in cursor.fetchall():
            by_provider.setdefault((provider, kind), []).append(InHand(*lost))
    return sum(_settle(lost, _ask(*gate, lost), at) for gate, lost in by_provider.items())


def _ask(provider: int, kind: str, lost: Sequence[InHand]) -> Mapping[str, Submitted]:
    try:
        return adapter_of(kind).ask(credentials_of(provider), [one.reference for one in lost])
    except Exception:  # a gateway that cannot be asked leaves them uncertain
        log.exception("gateway not asked", provider=provider)
        return {}


def _settle(lost: Sequence[InHand], told: Mapping[str, Submitted], at: datetime) -> int:
    answers = [told.get(one.reference, _UNKNOWN) for one in lost]
    return sum(settle(lost, answers, at=at, by="reaper"))
