"""The policy's answer, and how it is kept: words, dates and facts; the sentences are made when somebody
reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

Fact = str | int | bool | None | tuple[str, ...]
NO_FACTS: Mapping[str, Fact] = {}
ENGINE = "1"
APPROVED = "approved"
"""The reason and flag of an "allow" that a person gave."""
NO_OPEN_TIME = "no_open_time"


class Outcome(StrEnum):
    ALLOW = "allow"
    DEFER = "defer"
    HUMAN = "human"
    BLOCK = "block"


WEIGHT = {Outcome.ALLOW: 0, Outcome.DEFER: 1, Outcome.HUMAN: 2, Outcome.BLOCK: 3}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says. ``until`` stands only with defer, ``unblock_by`` (event names) with block and
    human."""

    rule: str
    pack: str
    outcome: Outcome
    until: datetime | None = None
    unblock_by: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    reason: str = ""
    """A short code for lists and counts: ``opted_out``, ``outside_hours`` ..."""
    flag: str = ""
    """Something a person should see although the contact may leave."""
    rank: int = 100
    """Which of two refusals is named first (compliance: who wins when rules meet)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``next_allowed_at`` stands only with defer: the first instant at which every rule allows."""

    outcome: Outcome
    next_allowed_at: datetime | None
    unblock_by: tuple[str, ...]
    findings: tuple[Finding, ...]
    at: datetime
    tzdata: str = ""

    @property
    def allowed(self) -> bool:
        return self.outcome is Outcome.ALLOW

    @property
    def deciding(self) -> Finding | None:
        """The finding that decided: of the verdict's outcome the first in rank, for deferrals the last to
        end."""
        same = [finding for finding in self.findings if finding.outcome is self.outcome]
        if not same or self.allowed:
            return None
        if self.outcome is Outcome.DEFER:
            return max(same, key=lambda finding: finding.until or self.at)
        return same[0]

    @property
    def reason(self) -> str:
        """The deciding finding's code; empty when the contact may leave."""
        deciding = self.deciding
        return deciding.reason if deciding else ""

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(finding.flag for finding in self.findings if finding.flag)

    def record(self) -> dict[str, Any]:
        """The verdict as compact JSON-able words; ``Law.explain`` makes the sentences.

        Rules that were satisfied and had nothing to tell are only counted, in ``passed``.
        """
        telling = [one for one in self.findings if one.facts or one.flag or one.outcome is not Outcome.ALLOW]
        return {
            "outcome": str(self.outcome),
            "reason": self.reason,
            "at": iso(self.at),
            "next_allowed_at": iso(self.next_allowed_at),
            "unblock_by": list(self.unblock_by),
            "findings": [_written(finding) for finding in telling],
            "passed": len(self.findings) - len(telling),
            "packs": sorted({finding.pack for finding in self.findings}),
            "engine": ENGINE,
            "tzdata": self.tzdata,
        }


def _written(finding: Finding) -> dict[str, Any]:
    written: dict[str, Any] = {
        "rule": finding.rule,
        "pack": finding.pack,
        "outcome": str(finding.outcome),
        "facts": {name: list(v) if isinstance(v, tuple) else v for name, v in finding.facts.items()},
    }
    if finding.until is not None:
        written["until"] = iso(finding.until)
    for name in ("reason", "flag"):
        if value := getattr(finding, name):
            written[name] = value
    if finding.unblock_by:
        written["unblock_by"] = list(finding.unblock_by)
    return written


def iso(instant: datetime | None) -> str | None:
    """``2026-11-24T17:00:00Z``: as records have instants."""
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
