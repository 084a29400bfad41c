"""Just before the gateway: who has opted out meanwhile, and who may not be written to any more, is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from forbear.compliance.actions import canonical, record
from forbear.policy.engine import judge
from forbear.policy.loading import standard as law

from .clearing import not_now, refused_entry, too_late, write_refusals
from .contacts import Cleared, Refused
from .gather import Gathered, facts_of, gather, lock_consumers
from .states import ItemStatus, Occasion

# These answer the consumer's own words and leave although the address is closed.
_MAY_PASS = (Occasion.CONFIRMATION, Occasion.HELP)


def still_in_hand(chunk: Sequence[Cleared]) -> list[Cleared]:
    """Without those that the reaper has settled meanwhile, taking us for dead: they are not handed over any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM dispatch_message WHERE id = ANY(%s) AND status = 'sending'",
            [[one.message_id for one in chunk]],
        )
        ours = {row[0] for row in cursor.fetchall()}
    return [one for one in chunk if one.message_id in ours]


def recall_opted_out(chunk: Sequence[Cleared], *, at: datetime) -> tuple[list[Cleared], int]:
    """Read the opt-outs once more; gives those that still may leave, and how many were taken back."""
    closed = _closed_addresses(chunk)
    if not closed:
        return list(chunk), 0
    taken = [one for one in chunk if _is_closed(one, closed)]
    refused = [Refused(one.item, ItemStatus.SKIPPED, "opted_out", one.verdict) for one in taken]
    return _take_back(chunk, refused, at)


def recall(chunk: Sequence[Cleared], *, at: datetime) -> tuple[list[Cleared], int]:
    """The clearance has grown old: judge again, the same way."""
    with transaction.atomic():
        cases = [one.item.case for one in chunk]
        lock_consumers(case.consumer_id for case in cases if case.consumer_id is not None)
        got = gather(cases, at=at)
        refused = [refusal for one in chunk if (refusal := _second_thoughts(one, got, at))]
        return _take_back(chunk, refused, at)


def _second_thoughts(one: Cleared, got: Gathered, at: datetime) -> Refused | None:
    if one.item.not_after is not None and at >= one.item.not_after:
        return too_late(one.item)
    verdict = judge(facts_of(one.item.case, got), law(), at)
    return None if verdict.allowed else not_now(one.item, verdict, canonical(verdict.record()))


def _take_back(chunk: Sequence[Cleared], refused: list[Refused], at: datetime) -> tuple[list[Cleared], int]:
    """Nothing has left: the message row goes, the item waits or ends, the log tells both."""
    if not refused:
        return list(chunk), 0
    gone = {one.item.case.item_id for one in refused}
    with transaction.atomic():
        calls_off = _called_off(sorted(gone))
        mine = _without_message(gone)
        kept = [_as_called_off(one, calls_off) for one in refused if one.item.case.item_id in mine]
        write_refusals(kept, at)
        record([refused_entry(one) for one in kept], at=at)
    return [one for one in chunk if one.item.case.item_id not in gone], len(kept)


def _called_off(items: list[int]) -> dict[int, str]:
    """Why these were called off while they were in hand: their campaign was paused, completed or deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, reason FROM dispatch_queueitem WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [items]
        )
        return {pk: reason for pk, reason in cursor.fetchall() if reason}


def _without_message(items: set[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM dispatch_message WHERE item_id = ANY(%s) AND status = 'sending' RETURNING item_id",
            [list(items)],
        )
        return {row[0] for row in cursor.fetchall()}


def _as_called_off(refused: Refused, calls_off: dict[int, str]) -> Refused:
    """What would have waited is cancelled, like everything else of its campaign that waited."""
    reason = calls_off.get(refused.item.case.item_id)
    if reason is None or refused.status is not ItemStatus.PENDING:
        return refused
    return replace(refused, status=ItemStatus.CANCELLED, reason=reason, until=None)


def _closed_addresses(chunk: Sequence[Cleared]) -> set[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT organization_id, address, coalesce(consumer_id::text, ''), channel FROM consent_optout
               WHERE lifted_at IS NULL AND organization_id = ANY(%s)
                 AND (address = ANY(%s) AND address <> '' OR address = '' AND consumer_id = ANY(%s))""",
            [
                list({one.item.case.organization_id for one in chunk}),
                [one.address for one in chunk],
                [one.item.case.consumer_id for one in chunk if one.item.case.consumer_id is not None],
            ],
        )
        return {(owner, address or f"person:{person}", channel) for owner, address, person, channel in cursor}


_CLOSES = {"voice": "call"}


def _is_closed(one: Cleared, closed: set[tuple[int, str, str]]) -> bool:
    case = one.item.case
    if case.occasion in _MAY_PASS:
        return False
    channel = _CLOSES.get(case.channel, case.channel)
    whose = (one.address, f"person:{case.consumer_id}")
    return any((case.organization_id, who, word) in closed for who in whose for word in (channel, "all"))
