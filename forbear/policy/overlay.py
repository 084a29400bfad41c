"""Narrower than the law: an organization's limits and its own packs are linted against the packs in force.

Packs intersect, so nothing an organization sets could ever open what the law closes. What it sets wider would only
mislead its people; it is refused by field, with the law's own citation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from forbear.policy import clock
from forbear.policy.facts import Channel, Limits, Purpose
from forbear.policy.rulebook import Law, Pack, Rule
from forbear.policy.rules.frequency import RollingCap, WaitAfterConversation, WaitAfterNotice
from forbear.policy.rules.hours import TimeWindow, own_week
from forbear.policy.rules.shape import WEEKDAYS

_WRITTEN = frozenset({Channel.SMS, Channel.EMAIL})
_DAYS = {1: "a day", 7: "in seven days"}


@dataclass(frozen=True, slots=True)
class Wider:
    """One value that is wider than the law's: whose it is, and why not, in a sentence."""

    field: str
    sentence: str


def wider_limits(limits: Limits, law: Law, *, actor: str, country: str, on: date) -> Iterator[Wider]:
    """What of an organization's limits the law does not leave open, for texts or e-mails about a debt.

    Asked are the packs that bind every such message of an organization of this actor kind in its country on that
    day; what a state or a city closes more is decided contact by contact.
    """
    for rule in law.rules:
        if rule.in_force(on, on) and rule.place in ("", country) and _binds_writing(rule, actor, country):
            yield from _wider_than(limits, rule)


def _binds_writing(rule: Rule, actor: str, country: str) -> bool:
    asked = {"actor": actor, "country": country, "purpose": Purpose.COLLECTION}
    bound = all(name not in rule.when or word in rule.when[name] for name, word in asked.items())
    always = rule.when.keys() <= {*asked, "channel", "occasion"}
    return bound and always and not rule.elective and bool(_WRITTEN & rule.when.get("channel", _WRITTEN))


def _wider_than(limits: Limits, rule: Rule) -> Iterator[Wider]:
    shape = rule.shape
    if isinstance(shape, TimeWindow):
        yield from _wider_hours(limits, shape, rule)
    elif isinstance(shape, RollingCap) and not shape.contacts_only:
        yield from _more_messages(limits, shape, rule)


def _wider_hours(limits: Limits, shape: TimeWindow, rule: Rule) -> Iterator[Wider]:
    own = own_week(limits.window_from, limits.window_to, limits.weekdays)
    for day, spans in enumerate(own):
        if spans and not shape.week[day]:
            yield Wider("weekdays", f"On {_NAMES[day]} nobody may be written to ({_cited(rule)}).")
            return
    opens = max(spans[0][0] for spans, mine in zip(shape.week, own, strict=True) if mine)
    shuts = min(spans[-1][1] for spans, mine in zip(shape.week, own, strict=True) if mine)
    if own and any(mine and mine[0][0] < opens for mine in own):
        yield Wider("window_from", f"The law opens at {_clock(opens)} ({_cited(rule)}).")
    if any(mine and mine[-1][1] > shuts for mine in own):
        yield Wider("window_to", f"The law shuts at {_clock(shuts)} ({_cited(rule)}).")


def _more_messages(limits: Limits, shape: RollingCap, rule: Rule) -> Iterator[Wider]:
    for field, limit, days in (("per_day", limits.per_day, 1), ("per_week", limits.per_week, 7)):
        if days <= shape.days and (limit is None or limit > shape.max):
            within = _DAYS.get(shape.days, f"in {shape.days} days")
            yield Wider(field, f"The law allows {shape.max} {within} ({_cited(rule)}).")


def widened(rule: Rule, parent: Pack) -> Iterator[Wider]:
    """Where an overlay's rule is wider than a rule of its parent that binds the same contacts."""
    for above in parent.rules:
        if type(above.shape) is type(rule.shape) and _meet(rule, above):
            yield from _against(rule, above)


def _meet(rule: Rule, above: Rule) -> bool:
    return all(rule.when[name] & words for name, words in above.when.items() if name in rule.when)


def _against(rule: Rule, above: Rule) -> Iterator[Wider]:
    mine, law = rule.shape, above.shape
    if isinstance(mine, TimeWindow) and isinstance(law, TimeWindow):
        for day, spans in enumerate(mine.week):
            if not all(any(a <= start and end <= b for a, b in law.week[day]) for start, end in spans):
                yield Wider("week", f"week: {WEEKDAYS[day]} is wider than {above.id} ({_cited(above)})")
                return
    elif isinstance(mine, RollingCap) and isinstance(law, RollingCap) and mine.per == law.per:
        if mine.max > law.max and mine.days <= law.days:
            yield Wider("max", f"max: {mine.max} is more than {above.id} allows, {law.max} ({_cited(above)})")
        elif mine.days < law.days and mine.max >= law.max:
            yield Wider("days", f"days: {mine.days} is shorter than {above.id} has, {law.days} ({_cited(above)})")
    elif isinstance(mine, WaitAfterConversation | WaitAfterNotice):
        days = law.days if isinstance(law, WaitAfterConversation | WaitAfterNotice) else 0
        if mine.days < days:
            yield Wider("days", f"days: {mine.days} is shorter than {above.id} has, {days} ({_cited(above)})")


_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}" if second < clock.DAY else "24:00"


def _cited(rule: Rule) -> str:
    return rule.cite[0].ref
