"""Writing the log: in the caller's transaction, in one statement, and then what follows from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is about to be written.

    event: `source:subject:action`, from the writing room's events.py. actor: `SYSTEM`, `person:<id>`, `key:<id>` or
    `consumer:<id>`. facts: JSON-able, ids and figures only, never names, addresses or texts; or the same as canonical
    JSON text already. `carry` goes to the reactions in memory and is not written.
    """

    organization_id: int
    event: str
    actor: str = SYSTEM
    account_id: int | None = None
    campaign_id: int | None = None
    document_id: int | None = None
    message_id: int | None = None
    channels: tuple[str, ...] = ()
    facts: Mapping[str, Any] | str = field(default_factory=dict)
    carry: Any = None


Reaction = Callable[[Sequence[Draft], datetime], None]
_reactions: list[Reaction] = []


def follow_with(reaction: Reaction) -> None:
    """The wiring names what follows each entry; see forbear/reactions.py."""
    _reactions[:] = [reaction]


_COLUMNS = "organization_id, event, actor, account_id, campaign_id, document_id, message_id, channels, at, facts"
_COPY = f"COPY compliance_entry ({_COLUMNS}) FROM STDIN"


def record(drafts: Sequence[Draft], *, at: datetime) -> None:
    """Write the entries in the surrounding transaction, then let the reactions follow in the same one.

    Raises RuntimeError outside a transaction: an entry without its change, or a change without its entry, is a lie.
    """
    if not drafts:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("The log is written in the transaction of the change that it tells.")
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for draft in drafts:
            copy.write_row(_row(draft, at))
    for reaction in _reactions:
        reaction(drafts, at)


_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def canonical(facts: Mapping[str, Any]) -> str:
    """Keys sorted, no spaces, UTF-8: the same facts always give the same text."""
    return _encoder.encode(facts)


def _row(draft: Draft, at: datetime) -> tuple[Any, ...]:
    return (
        draft.organization_id,
        draft.event,
        draft.actor,
        draft.account_id,
        draft.campaign_id,
        draft.document_id,
        draft.message_id,
        list(draft.channels),
        at,
        draft.facts if isinstance(draft.facts, str) else canonical(draft.facts),
    )
