"""What the log itself does not know: who an actor is, and how an entry reads. The wiring brings both.

See forbear/chronicle.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forbear.web.parts import Figure

from .models import Entry


@dataclass(frozen=True, slots=True)
class Told:
    """How one entry reads: a word with its tone, one sentence, who did it, and links to what it is about."""

    entry: Entry
    word: str
    tone: str
    sentence: str
    who: str
    subjects: Sequence[tuple[str, str]] = field(default_factory=tuple)
    """(label, address); the address is empty where there is no page."""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that a reader looks for together: "Sent", "Held". Its figure counts only the events in `counted`,
    where one thing leaves several entries."""

    name: str
    title: str
    events: tuple[str, ...]
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """By whom and of which campaign entries can be asked for: names by number, in their order."""

    people: Mapping[int, str]
    campaigns: Mapping[int, str]


Finder = Callable[[Any, str], Sequence[int]]
Namer = Callable[[Sequence[Entry]], Mapping[str, str]]
Teller = Callable[[Sequence[Entry]], Sequence[Told]]


def _plain(entries: Sequence[Entry]) -> list[Told]:
    return [Told(entry, title_of(entry.event), "", title_of(entry.event), entry.actor) for entry in entries]


@dataclass(slots=True)
class _Brought:
    namer: Namer = lambda entries: {}
    teller: Teller = _plain
    finder: Finder = lambda organization, words: ()
    choices: Callable[[Any], Choices] = lambda organization: Choices({}, {})
    keeping: Callable[[Any, datetime], Sequence[Figure]] = lambda organization, at: ()
    groups: tuple[Group, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


_brought = _Brought()


def speak_with(*, namer: Namer, teller: Teller, groups: Sequence[Group], titles: Mapping[str, str]) -> None:
    """The wiring says how actors are called, entries told and grouped, and events titled."""
    _brought.namer, _brought.teller = namer, teller
    _brought.groups, _brought.titles = tuple(groups), titles


def find_with(*, finder: Finder, choices: Callable[[Any], Choices]) -> None:
    """The wiring finds accounts by what a person types, and names the people and campaigns to choose from."""
    _brought.finder, _brought.choices = finder, choices


def figures_with(keeping: Callable[[Any, datetime], Sequence[Figure]]) -> None:
    """The wiring says how well hours and opt-outs were kept this year: two figures above the log."""
    _brought.keeping = keeping


def keeping(organization: Any, at: datetime) -> Sequence[Figure]:
    """Contacts outside hours, and opt-outs obeyed."""
    return _brought.keeping(organization, at)


def accounts_by(organization: Any, words: str) -> Sequence[int]:
    """Numbers of the accounts that answer to the words."""
    return _brought.finder(organization, words)


def choices_of(organization: Any) -> Choices:
    """All people and the newest campaigns, in one query."""
    return _brought.choices(organization)


def names_of(entries: Sequence[Entry]) -> Mapping[str, str]:
    """Names by actor, in a fixed number of queries; who has no name, or is a stranger to the log, is left out."""
    return _brought.namer(entries)


def tell(entries: Sequence[Entry]) -> Sequence[Told]:
    """The entries in words, in a fixed number of queries."""
    return _brought.teller(entries)


def groups() -> tuple[Group, ...]:
    return _brought.groups


def titles() -> Mapping[str, str]:
    """Every event with its title."""
    return _brought.titles


def title_of(event: str) -> str:
    """`consent:address:opted_out` is "Address opted out", unless the wiring says it better."""
    plain = " ".join(event.split(":")[1:]).replace("_", " ").capitalize()
    return _brought.titles.get(event, plain)
