"""When a line of law applies: a closed set of questions about the facts, each answered by a word.

No expression language: a pack that could compute would be a program that nobody reviews.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from forbear.policy.facts import Actor, Channel, Facts, Occasion, Purpose

Features = tuple[str, ...]


def _words(enum: type[StrEnum]) -> frozenset[str]:
    return frozenset(str(word) for word in enum)


MATCHERS: Mapping[str, frozenset[str] | None] = {
    "actor": _words(Actor),
    "country": None,
    "purpose": _words(Purpose),
    "occasion": _words(Occasion),
    "channel": _words(Channel),
    "contact_place": frozenset({"mobile", "home", "work", "unknown"}),
    "debt_kind": None,
    "provider": None,
    "sender_kind": None,
    "line": frozenset({"residential", "wireless", "unknown"}),
}
"""The questions and the words a pack may answer them with (None: any word)."""


def features(facts: Facts) -> Features:
    """The facts' own answers, in the order of ``MATCHERS``: rules are chosen by these and nothing else."""
    organization, message, point = facts.organization, facts.message, facts.contact_point
    return (
        organization.actor,
        organization.country,
        message.purpose,
        message.occasion,
        facts.channel,
        point.place if point else "unknown",
        facts.debt_kind,
        facts.provider,
        facts.sender_kind,
        point.line if point else "unknown",
    )


POSITION: Mapping[str, int] = {name: position for position, name in enumerate(MATCHERS)}


def present(facts: Facts) -> tuple[bool, ...]:
    """Which of the lists in ``LISTS`` have anything in them."""
    return (
        bool(facts.opt_outs),
        bool(facts.holds),
        bool(facts.history),
        bool(facts.requests),
        bool(facts.disputes),
        bool(facts.checks),
        bool(facts.designations),
        bool(facts.shunned_places),
    )


LISTS = ("opt_outs", "holds", "history", "requests", "disputes", "checks", "designations", "shunned_places")
