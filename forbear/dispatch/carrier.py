"""The one door out: claim and judge, hand over, settle. Batch by batch, and never network inside a transaction."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from forbear.accounts.turns import begins_again
from forbear.channels.pace import wait_for_slot
from forbear.channels.secrets import credentials_of
from forbear.providers.base import CallPlan, Outgoing, Rejected, Submitted, Uncertain
from forbear.providers.registry import adapter_of
from forbear.wording.scripts import script_of

from .clearing import clear_due, clear_items, seconds_until_due
from .contacts import Cleared, Judged
from .recall import recall, recall_stopped, still_in_hand
from .settling import settle
from .states import Channel, ItemStatus
from .texts import Text

# A clearance older than this is judged again before the gateway is called.
FRESH = timedelta(seconds=5)


@dataclass(slots=True)
class Carried:
    """What one or more batches came to; `idle` once nothing more was due."""

    claimed: int = 0
    sent: int = 0
    rejected: int = 0
    uncertain: int = 0
    deferred: int = 0
    skipped: int = 0
    failed: int = 0
    idle: bool = False

    def add(self, other: Carried) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


class _Since:
    """`at`, moved on by the real time that has passed since."""

    def __init__(self, at: datetime) -> None:
        self._at, self._started = at, time.monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._started)


def carry(*, at: datetime, limit: int | None = None) -> Carried:
    """One batch of whatever is due."""
    since = _Since(at)
    return _carry(begins_again(clear_due)(at=at, limit=limit or settings.CARRIER_BATCH), since)


def carry_until_idle(*, at: datetime, limit: int | None = None, seconds: float = float("inf")) -> Carried:
    """Batch after batch until nothing is due at `at` (which runs on while we work), or the seconds are spent."""
    since, total, end = _Since(at), Carried(), time.monotonic() + seconds
    while True:
        batch = carry(at=since.now(), limit=limit)
        total.add(batch)
        wait = None if batch.claimed else seconds_until_due(at=since.now())
        total.idle = not batch.claimed and wait is None
        left = end - time.monotonic()
        if total.idle or left <= 0:
            return total
        time.sleep(min(wait or 0.0, left))


def clear_one(item_id: int, *, at: datetime) -> Judged:
    """Judge one item in the caller's transaction; `carry_cleared` then hands it over outside of it."""
    return clear_items([item_id], at=at)


def carry_cleared(judged: Judged, *, at: datetime) -> Carried:
    """Hand over what has just been cleared and committed."""
    return _carry(judged, _Since(at))


def _carry(judged: Judged, since: _Since) -> Carried:
    total = Carried(claimed=len(judged.cleared) + len(judged.refused))
    total.deferred = sum(r.status is ItemStatus.PENDING for r in judged.refused)
    total.skipped = sum(r.status is ItemStatus.SKIPPED for r in judged.refused)
    total.failed = sum(r.status is ItemStatus.FAILED for r in judged.refused)
    cleared_at = since.now()
    for chunk in _by_gate(judged.cleared):
        total.add(_hand_over(chunk, cleared_at, since))
    return total


def _by_gate(cleared: Iterable[Cleared]) -> Iterator[list[Cleared]]:
    """One provider account at a time, in pieces that its adapter and its rate can swallow."""
    by_provider: dict[int, list[Cleared]] = {}
    for one in cleared:
        by_provider.setdefault(one.gate.provider_id, []).append(one)
    for some in by_provider.values():
        size = adapter_of(some[0].gate.kind).batch_size
        size = min(size, some[0].gate.rate_per_second or size)
        for start in range(0, len(some), size):
            yield some[start : start + size]


def _hand_over(chunk: list[Cleared], cleared_at: datetime, since: _Since) -> Carried:
    gate = chunk[0].gate
    wait_for_slot(gate.provider_id, len(chunk), gate.rate_per_second)
    look_again = recall if since.now() - cleared_at > FRESH else recall_stopped
    staying, recalled = look_again(still_in_hand(chunk), at=since.now())
    answers = _submit(staying)
    sent, rejected, uncertain = settle([one.in_hand for one in staying], answers, at=since.now())
    return Carried(skipped=recalled, sent=sent, rejected=rejected, uncertain=uncertain)


def _submit(chunk: Sequence[Cleared]) -> list[Submitted]:
    """The gateway call itself. Whatever goes wrong in it, the message may have gone: uncertain."""
    if not chunk:
        return []
    with transaction.atomic(durable=True):
        pass  # no network inside a transaction: this raises where one is open
    gate = chunk[0].gate
    adapter = adapter_of(gate.kind)
    try:
        credentials = credentials_of(gate.provider_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # nothing has left, and nothing will until somebody repairs the account
        return [Rejected("no_credentials", f"The gateway's account cannot be opened ({type(error).__name__}).")] * len(
            chunk
        )
    try:
        return adapter.submit(credentials, [_outgoing(one) for one in chunk])
    except Exception as error:  # an adapter should not raise; if it does, nobody knows what left
        return [Uncertain(f"{type(error).__name__} while handing over.")] * len(chunk)


def _outgoing(one: Cleared) -> Outgoing:
    return Outgoing(
        reference=one.in_hand.reference,
        channel=one.gate.channel,
        sender=one.gate.address,
        address=one.address,
        body=one.text.body,
        valid_until=one.item.not_after,
        subject=one.text.subject,
        unsubscribe_url=one.text.unsubscribe_url,
        call=_plan(one.text) if one.gate.channel == Channel.VOICE else None,
    )


def _plan(text: Text) -> CallPlan:
    """A text in one piece is said to whoever answers."""
    script = script_of(text.body)
    if not script.check:
        return CallPlan(text.language, script.message, "", script.keys, text.voicemail)
    return CallPlan(text.language, script.check, script.message, script.keys, text.voicemail)
