"""The law packs as a person reads them: what is in force, from which source, and when somebody last looked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from forbear.policy.loading import everything
from forbear.policy.rulebook import Pack, Rule


@dataclass(frozen=True, slots=True)
class Source:
    """One citation of a pack."""

    ref: str
    url: str
    read_on: date


@dataclass(frozen=True, slots=True)
class PackShown:
    """A pack. `state`: `in_force`, `elective` where it waits to be chosen, or `waiting` for facts that nobody gathers.

    `effect`: what choosing an elective pack changes."""

    id: str
    label: str
    title: str
    place: str
    version: str
    state: str
    rules: tuple[Rule, ...]
    sources: tuple[Source, ...]
    begins: date
    read_on: date
    reviewed: bool
    reviewed_by: str
    stale: bool
    effect: str = ""


def packs(on: date, chosen: Collection[str] = ()) -> list[PackShown]:
    """Those in force first, then by place and name."""
    shown = [_shown(pack, on, chosen) for pack in everything().packs]
    return sorted(shown, key=lambda pack: (pack.state != "in_force", pack.place, pack.title))


def _shown(pack: Pack, on: date, chosen: Collection[str]) -> PackShown:
    sources = _sources(pack.rules)
    return PackShown(
        id=pack.id,
        label=pack.label,
        title=pack.title,
        place=pack.place,
        version=pack.version,
        state=_state(pack, chosen),
        rules=pack.rules,
        sources=sources,
        begins=min(rule.begins for rule in pack.rules),
        read_on=min((source.read_on for source in sources), default=on),
        reviewed=pack.reviewed,
        reviewed_by=pack.reviewed_by,
        stale=pack.stale(on),
        effect=pack.effect,
    )


def _state(pack: Pack, chosen: Collection[str]) -> str:
    if not pack.in_use:
        return "waiting"
    return "elective" if pack.elective and pack.id not in chosen else "in_force"


def _sources(rules: Sequence[Rule]) -> tuple[Source, ...]:
    """Each source once, in the order of the rules."""
    found = {cite.ref: Source(cite.ref, cite.url, cite.read_on) for rule in rules for cite in rule.cite}
    return tuple(found.values())
