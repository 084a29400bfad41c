"""The law as it was loaded: packs, their rules, which of them bind a contact, and the sentences they
answer with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import tzdata  # type: ignore[import-untyped]

from forbear.core.refusal import Refusal
from forbear.policy import clock
from forbear.policy.facts import Facts
from forbear.policy.matchers import LISTS, POSITION, Features, features, present
from forbear.policy.rules.shape import Moment, Shape
from forbear.policy.sentences import fill
from forbear.policy.verdict import APPROVED, NO_OPEN_TIME, Finding, Outcome

STALE_AFTER_DAYS = 180
_UNCERTAIN = 15 * 3600
"""No place on earth is further from UTC than this many seconds."""
_KEPT_SELECTIONS = 10_000
_Asked = tuple[Features, tuple[str, ...], tuple[bool, ...], frozenset[str], int, int]
OPEN_TIME = "engine.open_time"
APPROVED_BY = "A person approved this contact, until {approved_until}."


class UnknownPack(Refusal):
    """There is no such law pack."""


class UnknownRule(Refusal):
    """There is no such rule."""


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a value comes from: the text's own reference, an address, and the day somebody read it there."""

    ref: str
    url: str
    read_on: date


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated line of law: when it binds, what it asks (``shape``), where it stands and what it says."""

    id: str
    pack: str
    """The pack's name with its content hash: ``US-REGF@3f9c2a41``."""
    shape: Shape
    cite: tuple[Cite, ...]
    say: Mapping[str, str]
    begins: date
    ends: date | None
    place: str
    when: Mapping[str, frozenset[str]]
    in_use: bool = True
    """Whether it binds here; a rule waits until the facts it needs are gathered."""
    elective: str = ""
    """The elective pack it belongs to, if it does: it binds who has chosen that pack."""

    def binds(self, asked: Features, places: tuple[str, ...]) -> bool:
        if self.place and self.place not in places:
            return False
        return all(asked[POSITION[name]] in words for name, words in self.when.items())

    def in_force(self, earliest: date, latest: date) -> bool:
        """Whether it is in force on any of the dates that the consumer's clocks may show."""
        return self.begins <= latest and (self.ends is None or earliest < self.ends)


@dataclass(frozen=True, slots=True)
class Pack:
    """One immutable file of law. An empty ``reviewed_by``: nobody but its author has read it against the
    sources."""

    id: str
    label: str
    title: str
    version: str
    place: str
    reviewed_by: str
    reviewed_on: date | None
    cases: tuple[str, ...]
    in_use: bool
    """Whether it is in force here; a pack waits until the facts it needs are gathered."""
    rules: tuple[Rule, ...]
    file: str
    elective: bool = False
    """A safe harbour: an organization may choose to keep to it."""
    effect: str = ""
    """What choosing it changes, in a sentence."""

    @property
    def reviewed(self) -> bool:
        return bool(self.reviewed_by)

    def stale(self, on: date) -> bool:
        """Whether a citation was last read more than 180 days ago."""
        oldest = min((cite.read_on for rule in self.rules for cite in rule.cite), default=on)
        return on - oldest > timedelta(days=STALE_AFTER_DAYS)


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that bind some facts: those to ask, and what the others find who have nothing to look at."""

    rules: tuple[Rule, ...]
    satisfied: tuple[Finding, ...]


class Law:
    """Packs that hold together. Packs intersect: each can only refuse what the others would allow.

    ``by_choice``: elective packs bind only organizations that chose them; otherwise they bind like all others, for
    trying out cases.
    """

    def __init__(self, packs: Iterable[Pack], *, by_choice: bool = False) -> None:
        self.packs = tuple(packs)
        self.by_choice = by_choice
        self.rules = tuple(rule for pack in self.packs for rule in pack.rules)
        self.digest = sha256(" ".join(sorted(pack.label for pack in self.packs)).encode()).hexdigest()[:12]
        self.tzdata: str = tzdata.IANA_VERSION
        self._by_id = {rule.id: rule for rule in self.rules}
        self._turns = sorted({clock.day_of(day) for rule in self.rules for day in _turns(rule)})
        self._selected: dict[_Asked, Selection] = {}

    def only(self, *pack_ids: str, kinds: frozenset[str] | None = None) -> Law:
        """The law of some packs (and shapes) alone, for trying out cases. Raises UnknownPack."""
        named = {pack.id: pack for pack in self.packs}
        for pack_id in pack_ids:
            if pack_id not in named:
                raise UnknownPack(f"There is no law pack {pack_id}.")
        chosen = [named[pack_id] for pack_id in pack_ids]
        if kinds is not None:
            chosen = [replace(p, rules=tuple(r for r in p.rules if r.shape.kind in kinds)) for p in chosen]
        return Law(chosen, by_choice=self.by_choice)

    def with_packs(self, *packs: Pack) -> Law:
        return Law((*self.packs, *packs), by_choice=self.by_choice)

    def with_rules(self, prefixes: tuple[str, ...]) -> Law:
        """The law of the rules alone whose ids begin so. Raises UnknownRule if there is none for a prefix."""
        for prefix in prefixes:
            if not any(rule.id.startswith(prefix) for rule in self.rules):
                raise UnknownRule(f"There is no rule {prefix}.")
        named = (replace(p, rules=tuple(r for r in p.rules if r.id.startswith(prefixes))) for p in self.packs)
        return Law(named, by_choice=self.by_choice)

    def for_facts(self, facts: Facts, moment: Moment) -> Selection:
        """The rules that bind these facts at this moment; remembered by what they are chosen by."""
        asked, places, lists = features(facts), facts.places, present(facts)
        earliest, latest = self._dates(moment)
        elects = facts.organization.elects
        key = (asked, places, lists, elects, bisect_right(self._turns, earliest), bisect_right(self._turns, latest))
        selected = self._selected.get(key)
        if selected is None:
            dates = clock.date_of(earliest), clock.date_of(latest)
            bound = self._binding(asked, places, *dates)
            selected = _split([rule for rule in bound if self._chosen(rule, elects)], lists)
            if len(self._selected) > _KEPT_SELECTIONS:
                self._selected.clear()
            self._selected[key] = selected
        return selected

    def _binding(self, asked: Features, places: tuple[str, ...], earliest: date, latest: date) -> list[Rule]:
        return [
            rule
            for rule in self.rules
            if rule.id != OPEN_TIME and rule.in_force(earliest, latest) and rule.binds(asked, places)
        ]

    def _chosen(self, rule: Rule, elects: frozenset[str]) -> bool:
        return not (self.by_choice and rule.elective) or rule.elective in elects

    def _dates(self, moment: Moment) -> tuple[int, int]:
        """The first and last local day of the moment; worked out exactly only where a law begins or ends
        nearby."""
        ts = moment.ts
        earliest, latest = (ts - _UNCERTAIN) // clock.DAY, (ts + _UNCERTAIN) // clock.DAY
        if not moment.zones or bisect_right(self._turns, earliest) == bisect_right(self._turns, latest):
            return earliest, latest
        days = [clock.local_day(zone, ts) for zone in moment.zones]
        return min(days), max(days)

    def rule(self, rule_id: str) -> Rule | None:
        return self._by_id.get(rule_id)

    def by_clock(self, rule_id: str) -> bool:
        """Whether the rule's deferrals come from the clock alone."""
        rule = self._by_id.get(rule_id)
        return rule is not None and rule.shape.by_clock

    def no_open_time(self, zones: tuple[str, ...]) -> Finding:
        """What the engine finds when no rule refuses for good and yet no moment suits them all."""
        rule = self._by_id.get(OPEN_TIME)
        facts = {"zones": zones}
        pack = rule.pack if rule else ""
        return Finding(OPEN_TIME, pack, Outcome.HUMAN, None, ("human",), facts, NO_OPEN_TIME, "", 99)

    def say(self, finding: Finding) -> str:
        """The finding as one or two sentences."""
        return self._say(finding.rule, str(finding.outcome), finding.reason, finding.facts)

    def explain(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """A kept verdict (``Verdict.record()``) in words: the shape that pages and API answer with.

        ``cite`` holds references, ``sources`` the same with address and day of reading. A rule that the
        present packs no longer have is named without a sentence of its own.
        """
        return {
            "outcome": record["outcome"],
            "reason": record.get("reason", ""),
            "next_allowed_at": record.get("next_allowed_at"),
            "unblock_by": list(record.get("unblock_by", ())),
            "because": [self._because(kept) for kept in record.get("findings", ())],
        }

    def _because(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        rule = self._by_id.get(kept["rule"])
        cites = rule.cite if rule else ()
        facts = kept.get("facts", {})
        approved = [f"approval {facts['approval']}"] if "approval" in facts else []
        return {
            "rule": kept["rule"],
            "pack": kept["pack"],
            "outcome": kept["outcome"],
            "until": kept.get("until"),
            "unblock_by": list(kept.get("unblock_by", ())),
            "cite": [*approved, *([cite.ref for cite in cites] or [kept["pack"]])],
            "sources": [{"ref": c.ref, "url": c.url, "read_on": c.read_on.isoformat()} for c in cites],
            "say": self._say(kept["rule"], kept["outcome"], kept.get("reason", ""), facts),
            "facts": dict(facts),
        }

    def _say(self, rule_id: str, outcome: str, reason: str, facts: Mapping[str, Any]) -> str:
        if reason == APPROVED:
            asked = self._say(rule_id, str(Outcome.HUMAN), str(facts.get("approved", "")), facts)
            return f"{asked} {fill(APPROVED_BY, facts)}"
        rule = self._by_id.get(rule_id)
        template = (rule.say.get(reason) or rule.say.get(outcome)) if rule else None
        if template is None:
            return f"The rule {rule_id} answered: {outcome}."
        return fill(template, facts)


def _split(rules: list[Rule], lists: tuple[bool, ...]) -> Selection:
    empty = {name for name, filled in zip(LISTS, lists, strict=True) if not filled}
    satisfied = tuple(f for rule in rules if rule.shape.reads in empty for f in rule.shape.allowed)
    return Selection(tuple(rule for rule in rules if rule.shape.reads not in empty), satisfied)


def _turns(rule: Rule) -> list[date]:
    return [day for day in (rule.begins, rule.ends) if day is not None]
