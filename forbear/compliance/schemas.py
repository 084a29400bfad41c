"""Shapes of the log on the wire."""

from __future__ import annotations

from typing import Any

from forbear.web.wire import Moment, Shown

from .queries import Line


class EntryShown(Shown):
    """One line of the log. `facts` are ids and figures, never names, addresses or texts."""

    id: str
    sequence: int
    event: str
    user: str
    subjects: dict[str, str]
    channels: list[str]
    at: Moment
    facts: dict[str, Any]

    @classmethod
    def of(cls, line: Line) -> EntryShown:
        return cls(
            id=line.id,
            sequence=line.sequence,
            event=line.event,
            user=line.user,
            subjects=dict(line.subjects),
            channels=line.channels,
            at=line.at,
            facts=dict(line.facts),
        )
