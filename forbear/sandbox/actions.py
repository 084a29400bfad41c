"""Verbs of the sandbox: the movable clock, and letting everything work until nothing is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from forbear.channels.queries import a_real_provider_is_active
from forbear.compliance.actions import Draft, record
from forbear.core import clock
from forbear.core.refusal import Invalid, NotFound, WrongState
from forbear.dispatch.tasks import wake_carrier, wake_reader
from forbear.engine import run_until_idle
from forbear.staff.models import Organization

from . import consumers, events, gateway, tasks
from .models import Clock, SimulatedConsumer
from .states import Answers, Takes

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class ClockCannotMove(WrongState):
    """The clock cannot be moved while a real gateway is in use."""


class TooFarAway(Invalid):
    """The clock can be set to any time from the year 2000 to the year 2099."""


class SandboxClosed(NotFound):
    """There is no sandbox here: a real gateway is in use."""


class NothingToAnswer(WrongState):
    """No e-mail has come to this mailbox, so there is nothing to answer."""


def answer_calls(*, phone: str, result: Answers, keys: str) -> None:
    """How calls to this phone are answered from now on."""
    known = {"answers": str(result), "keys": keys}
    SimulatedConsumer.objects.update_or_create(phone=phone, defaults=known, create_defaults={**known, "persona": ""})


def take_letters(*, mailbox: str, word: Takes) -> None:
    """What this mailbox does with letters from now on."""
    known = {"takes": str(word)}
    SimulatedConsumer.objects.update_or_create(phone=mailbox, defaults=known, create_defaults={**known, "persona": ""})


@dataclass(frozen=True, slots=True)
class Played:
    """What the paper world did: receipts posted, consumers who wrote back."""

    receipts: int
    replies: int


def require_sandbox() -> None:
    """Raises SandboxClosed once a real gateway is in use."""
    if a_real_provider_is_active():
        raise SandboxClosed


def set_clock(*, to: datetime, actor: str, at: datetime) -> datetime:
    """It is `to` now, everywhere, and time runs on from there. `at` is what the clock shows before.

    Raises ClockCannotMove and TooFarAway.
    """
    return _move(to - at, actor=actor, at=at)


def advance_clock(*, by: timedelta, actor: str, at: datetime) -> datetime:
    """Move the clock on by a span. Raises ClockCannotMove and TooFarAway."""
    return _move(by, actor=actor, at=at)


def reset_clock(*, actor: str, at: datetime) -> datetime:
    """Back to the machine's own time. Raises ClockCannotMove."""
    row = Clock.objects.filter(pk=1).first()
    return _move(-row.offset if row else timedelta(0), actor=actor, at=at)


def _move(by: timedelta, *, actor: str, at: datetime) -> datetime:
    """Every process obeys with its next request or job; each organization's log tells of it."""
    if a_real_provider_is_active():
        raise ClockCannotMove
    to = _moved(at, by)
    with transaction.atomic():
        Clock.objects.get_or_create(pk=1, defaults={"offset": timedelta(0), "moved_at": at})
        row = Clock.objects.select_for_update().get(pk=1)
        row.offset, row.moved_at = row.offset + by, to
        row.save(update_fields=["offset", "moved_at"])
        facts = {"from": at.isoformat(timespec="seconds"), "to": to.isoformat(timespec="seconds")}
        owners = Organization.objects.values_list("pk", flat=True)
        record([Draft(owner, events.CLOCK_MOVED, actor, facts=facts) for owner in owners], at=at)
        wake_carrier()
        wake_reader()
        tasks.wake()
    clock.reread()
    return to


def _moved(at: datetime, by: timedelta) -> datetime:
    try:
        to = at + by
    except OverflowError as far:
        raise TooFarAway from far
    if not EARLIEST <= to < LATEST:
        raise TooFarAway
    return to


def play_until_idle(*, at: datetime) -> Played:
    """Post every receipt that is due, and let every consumer answer who is due to."""
    receipts = replies = 0
    while told := gateway.report(at=at):
        receipts += told
    while wrote := consumers.answer(at=at):
        replies += wrote
    return Played(receipts, replies)


def run(*, at: datetime) -> dict[str, int]:
    """Let planner, carrier, gateway, readers and consumers work until nothing is due; answers the counts."""
    seen: list[Played] = []

    def paper_world(moment: datetime) -> int:
        seen.append(play_until_idle(at=moment))
        return seen[-1].receipts + seen[-1].replies

    counts = run_until_idle(at, gateway=paper_world)
    return counts | {"receipts": sum(it.receipts for it in seen), "replies": sum(it.replies for it in seen)}
