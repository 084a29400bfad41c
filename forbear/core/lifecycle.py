"""A state is a word in a table; a move is a guarded UPDATE that only one of two racers wins."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol


class Row(Protocol):
    """What a move needs of a model instance."""

    pk: Any
    status: str


class Lifecycle:
    """The legal moves of one noun: `{"pause": {ACTIVE: PAUSED}}`."""

    def __init__(self, states: type[StrEnum], moves: Mapping[str, Mapping[str, str]]) -> None:
        self.states = states
        self.moves = moves

    def legal(self, status: str) -> list[str]:
        """The verbs that a page may show for this status, in table order."""
        return [verb for verb, table in self.moves.items() if status in table]

    def target(self, status: str, verb: str) -> str | None:
        """Where the verb leads from here, or None where it is not legal."""
        return self.moves[verb].get(status)

    def move(self, row: Any, verb: str, **also: Any) -> bool:
        """One UPDATE guarded by the present status; False if somebody else was quicker or the move is not legal.

        `also` are further columns set in the same statement. The instance is brought up to date on success.
        """
        target = self.target(row.status, verb)
        if target is None:
            return False
        rows = type(row)._default_manager.filter(pk=row.pk, status=row.status)
        if not rows.update(status=target, **also):
            return False
        row.status = target
        for name, value in also.items():
            setattr(row, name, value)
        return True

    def steps(self, *verbs: str) -> tuple[list[str], list[str]]:
        """Every legal (from, to), of these verbs or of all, as two columns: for a batch that moves many rows at once.

        `WHERE (row.status, new.status) IN (SELECT * FROM unnest(%s::text[], %s::text[]))`.
        """
        pairs = sorted({(str(a), str(b)) for verb in verbs or self.moves for a, b in self.moves[verb].items()})
        return [a for a, _ in pairs], [b for _, b in pairs]

    def sources(self, *verbs: str) -> list[str]:
        """The states in which one of these verbs is legal, in the order of the words: `WHERE row.status = ANY(%s)`."""
        return [str(state) for state in self.states if any(state in self.moves[verb] for verb in verbs)]

    def reachable(self, first: str) -> set[str]:
        """Every state that some sequence of moves leads to."""
        seen, todo = {first}, [first]
        while todo:
            here = todo.pop()
            nexts = {table[here] for table in self.moves.values() if here in table} - seen
            seen |= nexts
            todo += nexts
        return seen
