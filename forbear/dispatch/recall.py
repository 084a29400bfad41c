"""Just before the gateway: who has opted out meanwhile, and who may not be written to any more, is taken back.

The opt-outs are read each time. Whoever is held by now, or has paid, answered or promised, is judged anew at once;
everybody is once the clearance has grown old.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection, transaction

from forbear.accounts.states import ENGINE_ELIGIBLE
from forbear.accounts.turns import begins_again
from forbear.compliance.actions import canonical, record
from forbear.policy.engine import judge
from forbear.policy.loading import standard as law
from forbear.policy.recorded import opted_out_record, written

from .contacts import Cleared, Refused
from .gather import Gathered, facts_of, gather, lock_consumers
from .refused import not_now, refused_entry, too_late, write_refusals
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


@begins_again
def recall_stopped(chunk: Sequence[Cleared], *, at: datetime) -> tuple[list[Cleared], int]:
    """Look once more for what stops at once; gives those that still may leave, and how many were taken back."""
    aside = _standing_aside(chunk)
    kept, recalled = recall(aside, at=at) if aside else ([], 0)
    gone = {one.message_id for one in aside} - {one.message_id for one in kept}
    staying = [one for one in chunk if one.message_id not in gone]
    closed = _closed_addresses(staying)
    refused = [_stopped(one, by, at) for one in staying if (by := _closed_by(one, closed)) is not None]
    staying, stopped = _take_back(staying, refused, at)
    return staying, recalled + stopped


def _stopped(one: Cleared, by: Stop, at: datetime) -> Refused:
    record = opted_out_record(law(), channel=by.channel, scope=by.scope, since=by.since, at=at)
    return Refused(one.item, ItemStatus.SKIPPED, "opted_out", canonical(record))


@begins_again  # whoever gave up here would leave cleared messages that nobody hands over
def recall(chunk: Sequence[Cleared], *, at: datetime) -> tuple[list[Cleared], int]:
    """The clearance has grown old, or something has happened to these people: judge again, the same way."""
    with transaction.atomic():
        cases = [one.item.case for one in chunk]
        lock_consumers(case.consumer_id for case in cases if case.consumer_id is not None)
        got = gather(cases, at=at)
        refused = [refusal for one in chunk if (refusal := _second_thoughts(one, got, at))]
        return _take_back(chunk, refused, at)


def _second_thoughts(one: Cleared, got: Gathered, at: datetime) -> Refused | None:
    if one.item.not_after is not None and at >= one.item.not_after:
        return too_late(one.item)
    facts = facts_of(one.item.case, got)
    verdict = judge(facts, law(), at)
    return None if verdict.allowed else not_now(one.item, verdict, written(verdict, facts))


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


@dataclass(frozen=True, slots=True)
class Stop:
    """A standing opt-out. scope: `address` or `person`."""

    channel: str
    scope: str
    since: date


Stops = dict[tuple[int, str, str], Stop]
"""By organization, address (or `person:<id>`) and channel."""


_ASIDE = """
SELECT consumer_id, NULL FROM consent_hold WHERE closed_at IS NULL AND consumer_id = ANY(%s)
UNION ALL SELECT NULL, id FROM accounts_account WHERE id = ANY(%s) AND status <> ALL(%s)"""


def _standing_aside(chunk: Sequence[Cleared]) -> list[Cleared]:
    """Those who are held, or whose account, of which a campaign writes, the engine has let go of."""
    cases = [one.item.case for one in chunk]
    people = [case.consumer_id for case in cases if case.consumer_id is not None]
    planned = [case.account_id for case in cases if case.account_id is not None and case.occasion == Occasion.CAMPAIGN]
    with connection.cursor() as cursor:
        cursor.execute(_ASIDE, [people, planned, sorted(ENGINE_ELIGIBLE)])
        rows = cursor.fetchall()
    held, let_go = {person for person, _ in rows} - {None}, {account for _, account in rows} - {None}
    return [one for one in chunk if one.item.case.consumer_id in held or one.item.case.account_id in let_go]


def _closed_addresses(chunk: Sequence[Cleared]) -> Stops:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT organization_id, address, coalesce(consumer_id::text, ''), channel, at FROM consent_optout
               WHERE lifted_at IS NULL AND organization_id = ANY(%s)
                 AND (address = ANY(%s) AND address <> '' OR address = '' AND consumer_id = ANY(%s))""",
            [
                list({one.item.case.organization_id for one in chunk}),
                [one.address for one in chunk],
                [one.item.case.consumer_id for one in chunk if one.item.case.consumer_id is not None],
            ],
        )
        return {
            (owner, address or f"person:{person}", channel): Stop(
                channel, "address" if address else "person", at.date()
            )
            for owner, address, person, channel, at in cursor
        }


_CLOSES = {"voice": "call"}


def _closed_by(one: Cleared, closed: Stops) -> Stop | None:
    case = one.item.case
    if case.occasion in _MAY_PASS:
        return None
    channel = _CLOSES.get(case.channel, case.channel)
    whose = (one.address, f"person:{case.consumer_id}")
    keys = ((case.organization_id, who, word) for who in whose for word in (channel, "all"))
    return next((closed[key] for key in keys if key in closed), None)
