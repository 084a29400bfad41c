"""One table: when these entries are written in the log, these verbs follow, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from forbear.compliance.actions import Draft

Verb = Callable[[Sequence[Draft], datetime], None]
FOLLOWS: dict[str, list[Verb]] = {}


def react(drafts: Sequence[Draft], at: datetime) -> None:
    """Call each verb once with all the drafts of its event."""
    by_event: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.event in FOLLOWS:
            by_event.setdefault(draft.event, []).append(draft)
    for event, some in by_event.items():
        for verb in FOLLOWS[event]:
            verb(some, at)
