"""The reaction to settled items: each enrollment goes on to its next step or attempt, or its walk ends.

A fixed number of statements for a batch. A step that is settled twice moves its walk once: (step, attempt) guards it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from forbear.compliance.actions import Draft, record
from forbear.dispatch import events as dispatch
from forbear.dispatch.contacts import Settled
from forbear.dispatch.rows import as_rows
from forbear.strategies.waits import DAY, ClosedDays, Wait, after

from . import events, tasks
from .states import Walk

# After these there is no next step: the time is over, or a broadcast's account is not the engine's any more.
ENDING: Final = frozenset({"not_eligible", "too_late"})
# The step's channel does not reach this person: the next one is tried at once (domain decision 11).
NO_WAY: Final = frozenset(
    {
        "opted_out", "no_contact_point", "contact_point_closed", "contact_point_held", "contact_point_unchecked",
        "contact_point_unknown", "unknown_provenance", "reassignment_unknown", "missing_value", "unsafe_value",
        "wording", "no_wording", "no_recipient", "not_judged",
    }
)  # fmt: skip
SEQUENCE_END = "sequence_end"
_PLACED = frozenset({dispatch.MESSAGE_SENT, dispatch.MESSAGE_UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands when an item of it is settled: the step's waits, the version's criteria, the calendar."""

    enrollment_id: int
    campaign_id: int
    account_id: int
    organization_id: int
    exclusive: bool
    contacts: int
    answered: bool
    escalates_at: datetime | None
    wait: Wait
    retries: int
    retry_delay: Wait | None
    has_next: bool
    max_attempts: int | None
    days: int | None
    zone: str
    closed: ClosedDays


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of a walk. `contact`: a message has been sent, or a call placed."""

    status: Walk
    steps: int
    attempt: int
    due_at: datetime | None
    escalates_at: datetime | None
    reason: str = ""
    contact: bool = False


def move_of(place: Place, settled: Settled, *, placed: bool, at: datetime) -> Move:
    """The decision: a call that was only placed waits for its result, nobody's call is repeated, the rest goes on."""
    contacts = place.contacts + placed
    escalates_at = _by_silence(place, placed, at)
    if not settled.final:
        return Move(Walk.OPEN, 0, settled.attempt, None, escalates_at, contact=placed)
    if settled.retry and settled.attempt < place.retries:
        due = after(at, place.retry_delay or place.wait, place.zone, place.closed)
        escalates_at = _by_attempts(place, contacts, escalates_at, due)
        return Move(Walk.OPEN, 0, settled.attempt + 1, due, escalates_at, settled.reason, placed)
    due = at_once(at) if settled.reason in NO_WAY else after(at, place.wait, place.zone, place.closed)
    escalates_at = _by_attempts(place, contacts, escalates_at, due)
    if place.has_next and not _is_over(place, settled.reason):
        return Move(Walk.OPEN, 1, 0, due, escalates_at, settled.reason, placed)
    status = Walk.DONE if settled.sent or contacts else Walk.ENDED
    return Move(status, 1, 0, None, escalates_at, settled.reason, placed)


def at_once(at: datetime) -> datetime:
    """The minute that runs: also for a planner whose clock was read before the batch began."""
    return at.replace(second=0, microsecond=0)


def _is_over(place: Place, reason: str) -> bool:
    """A portfolio's account that is in a conversation waits until the engine may go on; its planner sees to that."""
    return reason in ENDING and not (place.exclusive and reason == "not_eligible")


def _by_silence(place: Place, placed: bool, at: datetime) -> datetime | None:
    if place.days is None or not placed or place.escalates_at is not None:
        return place.escalates_at
    return after(at, Wait(place.days * DAY), place.zone)


def _by_attempts(place: Place, contacts: int, known: datetime | None, due: datetime) -> datetime | None:
    """The last attempt too has its wait to be answered in."""
    if place.max_attempts is None or place.answered or contacts < place.max_attempts:
        return known
    return min(known, due) if known else due


# Walk by walk (OFFSET 0): before the table has statistics, the planner would read all that are open for a batch.
_PLACES = """
SELECT e.id, e.campaign_id, e.account_id, e.organization_id, e.exclusive, e.contacts, e.answered_at IS NOT NULL,
       e.escalates_at, s.wait_minutes, s.wait_business_days, s.max_retries, s.retry_delay_minutes, n.id IS NOT NULL,
       v.max_attempts, v.days_without_response, o.time_zone, CASE WHEN o.holidays_closed THEN o.country ELSE '' END,
       o.local_holidays
FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS w(id, step, attempt)
CROSS JOIN LATERAL (SELECT * FROM campaigns_enrollment WHERE id = w.id OFFSET 0) e
JOIN staff_organization o ON o.id = e.organization_id
JOIN campaigns_campaign c ON c.id = e.campaign_id
JOIN strategies_strategyversion v ON v.id = coalesce(e.version_id, c.strategy_version_id)
JOIN strategies_step s ON s.version_id = v.id AND s.position = e.step
LEFT JOIN strategies_step n ON n.version_id = v.id AND n.position = e.step + 1
WHERE e.step = w.step AND e.attempt = w.attempt AND e.status = 'open'"""

# Whoever is contacted for the first time is counted with the same statement; a walk that a person returned counts its
# contacts anew, not its account.
_MOVE = """
WITH moved AS (
    UPDATE campaigns_enrollment e SET
        step = e.step + v.steps, attempt = v.next_attempt, status = v.status, reason = v.reason,
        exclusive = e.exclusive AND v.status = 'open', escalates_at = v.escalates_at,
        contacts = e.contacts + v.contact::int,
        contacted_at = CASE WHEN v.contact THEN coalesce(e.contacted_at, %(at)s) ELSE e.contacted_at END,
        finished_at = CASE WHEN v.status = 'open' THEN NULL ELSE %(at)s END
    FROM json_to_recordset(%(rows)s::json) AS v(id bigint, step int, attempt int, steps int, next_attempt int,
        status text, reason text, due_at timestamptz, escalates_at timestamptz, contact bool)
    WHERE e.id = v.id AND e.step = v.step AND e.attempt = v.attempt AND e.status = 'open'
    RETURNING e.id, e.campaign_id, v.contact AND e.contacts = 1 AND e.contacted_at = %(at)s AS first,
        CASE WHEN v.status = 'open' THEN v.due_at END AS due_at
), planned AS (
    INSERT INTO campaigns_due (enrollment_id, campaign_id, due_at)
    SELECT id, campaign_id, due_at FROM moved WHERE due_at IS NOT NULL
    ON CONFLICT (enrollment_id) DO UPDATE SET due_at = excluded.due_at
), over AS (
    DELETE FROM campaigns_due t USING moved WHERE t.enrollment_id = moved.id AND moved.due_at IS NULL
), counted AS (
    INSERT INTO campaigns_campaignfigures (campaign_id, contacted)
    SELECT campaign_id, count(*) FROM moved WHERE first GROUP BY 1
)
SELECT id FROM moved"""
_ROW = ("id", "step", "attempt", "steps", "next_attempt", "status", "reason", "due_at", "escalates_at", "contact")


def advance(drafts: Sequence[Draft], at: datetime) -> None:
    """A few statements for all drafts of a batch, and the entries of the walks that came to their end."""
    settled = {
        draft.carry.enrollment_id: (draft.carry, draft.event in _PLACED)
        for draft in drafts
        if isinstance(draft.carry, Settled) and draft.carry.enrollment_id is not None
    }
    if not settled:
        return
    moves = [
        (place, one, move_of(place, one, placed=placed, at=at))
        for place in _places(one for one, _ in settled.values())
        for one, placed in [settled[place.enrollment_id]]
    ]
    moved = _write(moves, at)
    _note([pk for pk, (_, placed) in settled.items() if placed and pk not in moved], at)
    ended = [place for place, _, move in moves if move.status is not Walk.OPEN and place.enrollment_id in moved]
    if any(move.status is Walk.OPEN and move.due_at and move.due_at <= at for _, _, move in moves):
        tasks.wake_planner()
    tell_exhausted(((e.organization_id, e.account_id, e.campaign_id) for e in ended if e.exclusive), at)


def _places(settled: Iterable[Settled]) -> list[Place]:
    keys = [(one.enrollment_id, one.step, one.attempt) for one in settled]
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [list(column) for column in zip(*keys, strict=True)])
        return [_place(*row) for row in cursor.fetchall()]


def _place(*row: Any) -> Place:
    *known, minutes, business_days, retries, delay, has_next, attempts, days, zone, country, own = row
    wait, retry_delay = Wait(minutes, business_days), None if delay is None else Wait(delay)
    place: Callable[..., Place] = Place
    return place(*known, wait, retries, retry_delay, has_next, attempts, days, zone, closed_days(country, own))


def closed_days(country: str, own: Sequence[date] | None) -> ClosedDays:
    return ClosedDays(country, frozenset(own or ()))


def _write(moves: Sequence[tuple[Place, Settled, Move]], at: datetime) -> set[int]:
    """Gives the walks that were still where the items left them."""
    if not moves:
        return set()
    rows = [
        (
            place.enrollment_id, one.step, one.attempt, move.steps, move.attempt, str(move.status), move.reason,
            move.due_at, move.escalates_at, move.contact,
        )
        for place, one, move in moves
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"at": at, "rows": as_rows(_ROW, rows)})
        return {pk for (pk,) in cursor.fetchall()}


_NOTE = """
WITH noted AS (
    UPDATE campaigns_enrollment SET contacts = contacts + 1, contacted_at = %(at)s
    WHERE id = ANY(%(walks)s) AND contacted_at IS NULL RETURNING campaign_id
)
INSERT INTO campaigns_campaignfigures (campaign_id, contacted) SELECT campaign_id, count(*) FROM noted GROUP BY 1"""


def _note(walks: Sequence[int], at: datetime) -> None:
    """Their walks ended while the message was being handed over: they were contacted all the same."""
    if walks:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, {"at": at, "walks": list(walks)})


def tell_exhausted(walks: Iterable[tuple[int, int, int]], at: datetime) -> None:
    """(organization, account, campaign) of walks that have no further step. In the caller's transaction."""
    facts = {"reason": SEQUENCE_END}
    record(
        [
            Draft(owner, events.ENROLLMENT_EXHAUSTED, account_id=account, campaign_id=campaign, facts=facts)
            for owner, account, campaign in walks
        ],
        at=at,
    )
