"""Just before the gateway: who has opted out meanwhile, and who may not be written to any more, is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from forbear.compliance.actions import record
from forbear.policy.engine import judge
from forbear.policy.loading import standard as law
from forbear.policy.verdict import Outcome, Verdict

from .clearing import ENGINE_PAUSED, Cleared, Refused, refused_entry, write_refusals
from .gather import facts_of, gather, lock_consumers
from .states import ItemStatus, Occasion

# These answer the consumer's own words and leave although the address is closed.
_MAY_PASS = (Occasion.CONFIRMATION, Occasion.HELP)


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
        verdicts = [(one, judge(facts_of(one.item.case, got), law(), at)) for one in chunk]
        refused = [_refusal(one, verdict) for one, verdict in verdicts if not verdict.allowed]
        return _take_back(chunk, refused, at)


def _refusal(one: Cleared, verdict: Verdict) -> Refused:
    deferred = verdict.outcome is Outcome.DEFER or verdict.reason == ENGINE_PAUSED
    status = ItemStatus.PENDING if deferred else ItemStatus.SKIPPED
    return Refused(one.item, status, verdict.reason, one.verdict, until=verdict.next_allowed_at)


def _take_back(chunk: Sequence[Cleared], refused: list[Refused], at: datetime) -> tuple[list[Cleared], int]:
    """Nothing has left: the message row goes, the item waits or ends, the log tells both."""
    if not refused:
        return list(chunk), 0
    gone = {one.item.case.item_id for one in refused}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dispatch_message WHERE item_id = ANY(%s) AND status = 'sending'", [list(gone)])
        write_refusals(refused, at)
        record([refused_entry(one) for one in refused], at=at)
    return [one for one in chunk if one.item.case.item_id not in gone], len(refused)


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
