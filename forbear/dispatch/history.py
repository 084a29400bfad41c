"""What happened with the people of a batch: what left, and what came in."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from forbear.policy import facts as f

from .rows import fetched
from .states import LEFT_THE_HOUSE

LEFT = timedelta(days=32)  # the longest limit of the packs in use looks back a month
CAME = timedelta(days=400)  # procedures ask whether the consumer ever wrote from the address
_HISTORY = """
SELECT m.consumer_id, m.at, m.channel, m.account_id, m.occasion, m.direction, m.address,
       CASE WHEN m.channel = 'voice' THEN p.place END, c.result
FROM dispatch_message m LEFT JOIN dispatch_call c ON m.channel = 'voice' AND c.message_id = m.id
LEFT JOIN accounts_contactpoint p ON m.channel = 'voice'
    AND p.consumer_id = m.consumer_id AND p.kind = 'phone' AND p.address = m.address
WHERE m.consumer_id = ANY(%s) AND m.at >= %s AND (
    m.direction = 'in' OR m.at >= %s AND m.status = ANY(%s) AND (m.item_id IS NULL OR m.item_id <> ALL(%s)))"""


def history_of(consumers: list[int], items: list[int], *, at: datetime) -> dict[int, list[f.Contact]]:
    """What left in the last month, and what came in during more than a year."""
    left = [str(s) for s in LEFT_THE_HOUSE]
    history: dict[int, list[f.Contact]] = defaultdict(list)
    for consumer, *told in fetched(_HISTORY, consumers, at - CAME, at - LEFT, left, items):
        history[consumer].append(contact(*told))
    return history


def contact(
    at: datetime,
    channel: str,
    account: int | None,
    occasion: str,
    direction: str = "out",
    address: str | None = None,
    place: str | None = None,
    result: str | None = None,
) -> f.Contact:
    """One contact, as the limits count it. Whoever calls us speaks with us."""
    return f.Contact(
        at=at,
        channel=f.Channel(channel),
        direction=direction,
        account_ids=() if account is None else (str(account),),
        result="conversation" if direction == "in" and channel == "voice" else result,
        address=address,
        occasion=f.Occasion(occasion),
        place=place or "unknown",
    )
