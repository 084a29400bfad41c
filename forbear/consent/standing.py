"""What stands after all that somebody did: acts folded in the order in which they were done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from forbear.policy.folding import Event, Standing, fold

from .states import CLOSING


def stand(events: Iterable[Event], at: datetime) -> Standing:
    """However they were recorded, the same acts leave the same standing: of two at the same instant the one that
    closes is the later one."""
    return fold(sorted(events, key=_rank), at)


def _rank(event: Event) -> tuple[bool, str, str, str, str, str]:
    more = repr(sorted(event.more.items()))
    return event.type in CLOSING, event.type, event.channel, event.address or "", event.account_id or "", more
