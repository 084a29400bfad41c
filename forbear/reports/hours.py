"""Was it inside the hours? Judged again, from what was recorded, with a wall clock of its own.

Nothing here asks the engine that allowed the message: the law's windows are read as data and held against the clocks of
the places where the person may have been.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from forbear.policy.clock import zone_info
from forbear.policy.facts import KEYWORD_REPLIES
from forbear.policy.holidays import public_holidays
from forbear.policy.loading import standard
from forbear.policy.rulebook import Rule
from forbear.policy.rules.hours import TimeWindow

# A pack may ask more than was recorded with the message: such a rule is not judged here.
RECORDED = frozenset({"channel", "occasion", "actor", "purpose", "country"})


@dataclass(frozen=True, slots=True)
class Contact:
    """What was recorded about a contact when it was judged. zones: every zone in which the person may have been."""

    channel: str
    occasion: str
    actor: str
    purpose: str
    country: str
    zones: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule of law that was shut: its id, its sources, and the clocks on the spot ("06:12 in America/Denver")."""

    rule: str
    cite: tuple[str, ...]
    local: tuple[str, ...]


def breaches(contact: Contact, at: datetime, *, answered_after: timedelta | None = None) -> list[Breach]:
    """The rules of law that were shut when the contact was made at `at`; none when it was in order.

    answered_after: how long before the consumer had written to us, for an answer. A rule without a known zone to hold
    it against is no breach; see `unknown_place`.
    """
    if contact.occasion in KEYWORD_REPLIES:
        return []
    held = (window for window in _windows(contact) if not window.excuses(answered_after))
    return [breach for window in held if (breach := _breach(window, contact, at))]


def _breach(window: _Window, contact: Contact, at: datetime) -> Breach | None:
    shut = tuple(_clock(at, zone) for zone in contact.zones if not window.is_open(at, zone))
    return Breach(window.rule.id, tuple(cite.ref for cite in window.rule.cite), shut) if shut else None


def unknown_place(contact: Contact) -> bool:
    """There are hours to keep, and nothing recorded says whose clock counts."""
    return not contact.zones and contact.occasion not in KEYWORD_REPLIES and bool(_windows(contact))


def local_hour(contact: Contact, at: datetime) -> int:
    """The hour on the consumer's clock: the earliest of those that it may have been."""
    return min(at.astimezone(_zone(zone)).hour for zone in contact.zones)


@dataclass(frozen=True, slots=True)
class _Window:
    """One rule of law about hours."""

    rule: Rule
    shape: TimeWindow

    def excuses(self, answered_after: timedelta | None) -> bool:
        """The law lets the one answer leave that follows the consumer's own message so soon."""
        minutes = timedelta(minutes=self.shape.answer_minutes)
        return answered_after is not None and timedelta() <= answered_after <= minutes

    def is_open(self, at: datetime, zone: str) -> bool:
        local = at.astimezone(_zone(zone))
        if not self.rule.in_force(local.date(), local.date()):
            return True
        if self.shape.needs_holidays and local.date() in _holidays(self.rule.place, local.year):
            return False
        second = local.hour * 3600 + local.minute * 60 + local.second
        return any(opens <= second < shuts for opens, shuts in self.shape.week[local.weekday()])


@lru_cache(maxsize=4096)
def _windows(contact: Contact) -> tuple[_Window, ...]:
    rules = [rule for rule in standard().rules if _binds(rule, contact)]
    return tuple(_Window(rule, rule.shape) for rule in rules if isinstance(rule.shape, TimeWindow))


def _binds(rule: Rule, contact: Contact) -> bool:
    if rule.elective or (rule.place and rule.place not in contact.places) or not set(rule.when) <= RECORDED:
        return False
    return all(getattr(contact, name) in words for name, words in rule.when.items())


@lru_cache(maxsize=512)
def _holidays(place: str, year: int) -> frozenset[date]:
    return public_holidays(place, year) or frozenset()


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return zone_info(name)


def _clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(_zone(zone)):%a %H:%M} in {zone}"
