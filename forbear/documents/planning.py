"""What an outreach becomes for the engine: the slots of its cadence as the steps of a plan. Nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.waits import Wait

from . import cadence
from .cadence import Slot
from .models import OutreachVersion
from .refusals import EveryChannelClosed, NoChannelChosen
from .states import CARRIED_BY, Channel

DAY = 24 * 60
GRACE_DAYS = 14
"""How long after its last slot a campaign stays open, for contacts that had to wait."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What somebody chose for an outreach."""

    sms: bool
    email: bool
    call: bool
    tone: str
    cadence: str
    notes: str = ""

    @property
    def channels(self) -> list[Channel]:
        return [channel for channel in Channel if getattr(self, channel)]


def slots_of(chosen: Chosen, *, closed: Collection[Channel], start: date) -> tuple[Slot, ...]:
    """The contacts from the day of the start on. Raises NoChannelChosen, CadenceNotUnderstood, EveryChannelClosed."""
    if not chosen.channels:
        say = "Choose at least one channel."
        raise NoChannelChosen(fields=dict.fromkeys(Channel, say))
    cadence.check(chosen.cadence)
    still_open = [channel for channel in chosen.channels if channel not in closed]
    if not still_open:
        raise EveryChannelClosed
    return cadence.plan(chosen.cadence, start, still_open)


def plan_of(slots: Sequence[Slot], tone: str) -> Plan:
    """One step a slot; the wait behind each is the days to the next one."""
    following = [later.on for later in slots[1:]]
    waits = [Wait(minutes=DAY * (later - slot.on).days) for slot, later in zip(slots, following, strict=False)]
    steps = [
        StepPlan(channel=CARRIED_BY[slot.channel], wait=wait)
        for slot, wait in zip(slots, [*waits, Wait()], strict=True)
    ]
    return Plan(steps=tuple(steps), tone=tone)


def last_day(slots: Sequence[Slot]) -> date:
    """The day on which the campaign ends."""
    return slots[-1].on + timedelta(days=GRACE_DAYS)


def kept(slots: Sequence[Slot]) -> list[list[str]]:
    """As a version keeps them."""
    return [[slot.on.isoformat(), str(slot.channel)] for slot in slots]


def slots_in(version: OutreachVersion) -> tuple[Slot, ...]:
    return tuple(Slot(date.fromisoformat(on), Channel(channel)) for on, channel in version.slots)


def going_on(
    before: Sequence[Slot], step: int, channels: Sequence[Channel], *, words: str = "", today: date
) -> tuple[Slot, ...]:
    """The slots with what is still to come taken in turns by these channels.

    words: another cadence from here on: the next contact keeps its day, the later ones follow the new words.
    """
    done, coming = list(before[:step]), list(before[step:])
    days = [slot.on for slot in coming]
    if words and days:
        first = max(days[0], today)
        room = max(cadence.MOST_CONTACTS - len(done), 1)
        days = [first + timedelta(days=day) for day in _from_zero(cadence.compiled(words, first))][:room]
    turns = cadence.rotated(len(days), channels, after=done[-1].channel if done else None)
    return (*done, *(Slot(on, channel) for on, channel in zip(days, turns, strict=True)))


def _from_zero(days: Sequence[int]) -> list[int]:
    return [day - days[0] for day in days]
