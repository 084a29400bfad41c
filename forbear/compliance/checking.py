"""Holds one organization's log against itself, seal by seal, and names the first entry that is not as it was. Pure.

Of three witnesses to an entry (its row, the hash that its seal keeps, the root that was signed) a forger has to change
all three, and cannot sign the last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from forbear.core.ids import public_id

from .body import compose, hash_of, moment
from .merkle import Frontier, Place, hashes_in
from .notes import Checkpoint, Note, NoteUnreadable, PublicKey, digest


class EntryRow(NamedTuple):
    """An entry as the table has it."""

    number: int
    organization: int
    event: str
    actor: str
    account: int | None
    campaign: int | None
    consumer: int | None
    document: int | None
    message: int | None
    channels: list[str]
    at: str  # as the body has it
    body: str
    leaf_hash: bytes


class SealRow(NamedTuple):
    """A seal as the table has it."""

    number: int
    first: int
    size: int
    entries: list[int]
    newest: int
    hashes: bytes
    frontier: bytes
    root: bytes
    note: str
    at: datetime


class Broken(Exception):
    """What is not as it was, in one sentence; `entry` is the number of the first entry concerned, if it is known."""

    def __init__(self, kind: str, sentence: str, entry: int | None = None) -> None:
        self.kind, self.sentence, self.entry = kind, sentence, entry
        super().__init__(sentence)


def check_entry(row: EntryRow) -> Mapping[str, str]:
    """Columns, body and hash of one entry agree. Gives its commitments to personal data, by name. Raises Broken."""
    if hash_of(row.body) != row.leaf_hash:
        raise Broken("altered", f"The text of entry {row.number} was altered after it was written.", row.number)
    head, _, tail = _written(row).partition(FACTS)
    if row.body.startswith(head) and row.body.endswith(tail):
        return NOTHING
    return _check_slowly(row)


# Stands for the facts, which have no column: an object, whatever is in it.
FACTS = "\0"
NOTHING: Mapping[str, str] = {}


def _written(row: EntryRow) -> str:
    """The body as these columns would be written, without personal data."""
    return compose(
        sequence=row.number,
        organization=name_of(row.organization),
        event=row.event,
        actor=row.actor,
        channels=row.channels,
        at=row.at,
        facts=f"{{{FACTS}}}",
        account=row.account,
        campaign=row.campaign,
        consumer=row.consumer,
        document=row.document,
        message=row.message,
    )


def _check_slowly(row: EntryRow) -> Mapping[str, str]:
    """What has personal data, or is wrong, is read."""
    try:
        told = dict[str, Any](json.loads(row.body))
    except (TypeError, ValueError):
        raise Broken("altered", f"The text of entry {row.number} cannot be read.", row.number) from None
    if told.get("sequence") != row.number:
        other = told.get("sequence")
        raise Broken("renumbered", f"Entry {row.number} carries the text of entry {other}: renumbered.", row.number)
    columns: dict[str, Any] = json.loads(_written(row).replace(FACTS, ""))
    if columns | {"facts": 0} != {name: said for name, said in told.items() if name != "personal"} | {"facts": 0}:
        raise Broken("altered", f"The columns of entry {row.number} say something else than its text.", row.number)
    return told.get("personal", NOTHING)


@lru_cache(maxsize=1024)
def name_of(organization: int) -> str:
    return public_id("org", organization)


@dataclass(slots=True)
class Walk:
    """Through an organization's seals, from the first to the last.

    keys: those that may have signed, the oldest first. nodes: the kept subtrees, which are used up on the way.
    renumbered: entries that stand under another number, by the number in their text. remembered: sizes whose roots are
    wanted.
    """

    organization: str
    keys: Sequence[PublicKey]
    nodes: dict[Place, bytes]
    renumbered: Mapping[int, int] = field(default_factory=dict)
    remembered: frozenset[int] = frozenset()
    roots: dict[int, bytes] = field(default_factory=dict)
    tree: Frontier = field(default_factory=Frontier)
    number: int = 0
    note: str = ""
    signer: int = 0

    def take(self, seal: SealRow, rows: Mapping[int, EntryRow]) -> dict[int, Mapping[str, str]]:
        """The next seal with the entries that it names. Gives their commitments to personal data. Raises Broken."""
        self._check_place(seal)
        personal = {}
        leaves = hashes_in(seal.hashes)
        for number, leaf in zip(seal.entries, leaves, strict=True):
            if committed := self._check_entry(number, leaf, rows.get(number), seal):
                personal[number] = committed
        completed = self._grow(leaves)
        self._check_note(seal)
        self._check_kept(completed, seal)
        self.number, self.note = seal.number, seal.note
        return personal

    def end(self) -> None:
        """After the last seal. Raises Broken."""
        if self.nodes:
            raise Broken("altered", "Subtrees are kept that the log does not have.")

    def _check_place(self, seal: SealRow) -> None:
        if seal.number != self.number + 1 or seal.first != self.tree.size:
            missing = f"The checkpoint after number {self.number} is missing"
            raise Broken("removed", f"{missing}: the next one is {seal.number}, from position {seal.first} on.")
        count = seal.size - seal.first
        if len(seal.entries) != count or len(seal.hashes) != 32 * count or seal.newest != max(seal.entries):
            raise Broken("altered", f"Checkpoint {seal.number} does not list the entries that it counts.")

    def _check_entry(self, number: int, leaf: bytes, row: EntryRow | None, seal: SealRow) -> Mapping[str, str]:
        if row is None:
            raise self._gone(number, seal)
        committed = check_entry(row)
        if row.leaf_hash != leaf or name_of(row.organization) != self.organization:
            sealed = f"the one that was sealed in checkpoint {seal.number}"
            raise Broken("altered", f"Entry {number} is not {sealed}: it was altered or exchanged.", number)
        return committed

    def _gone(self, number: int, seal: SealRow) -> Broken:
        if number in self.renumbered:
            other = self.renumbered[number]
            return Broken("renumbered", f"Entry {number} was renumbered: it stands in the log as {other}.", number)
        return Broken("removed", f"Entry {number} was removed; checkpoint {seal.number} sealed it.", number)

    def _grow(self, leaves: Sequence[bytes]) -> list[tuple[Place, bytes]]:
        """Append the leaves, and remember the roots on the way; gives the subtrees that they completed."""
        begin, completed = self.tree.size, list[tuple[Place, bytes]]()
        for end in sorted(size for size in self.remembered if begin < size <= begin + len(leaves)):
            completed += self.tree.extend(leaves[self.tree.size - begin : end - begin])
            self.roots[end] = self.tree.root
        return completed + self.tree.extend(leaves[self.tree.size - begin :])

    def _check_kept(self, completed: Sequence[tuple[Place, bytes]], seal: SealRow) -> None:
        """What the next seals and proofs build upon."""
        for place, node in completed:
            if self.nodes.pop(place, None) != node:
                raise Broken("altered", f"The subtree {place[1]} of level {place[0]} is not kept as the log has it.")
        if self.tree.written() != seal.frontier:
            raise Broken("altered", f"The state of the tree that checkpoint {seal.number} kept was altered.")

    def _piece(self, seal: SealRow) -> tuple[str, int]:
        first, last = min(seal.entries), max(seal.entries)
        which = f"entry {first}" if first == last else f"one of the entries {first} to {last}"
        how = "altered, removed, inserted or put in another order"
        return f"The tree does not lead to the root of checkpoint {seal.number}: {which} was {how}.", first

    def _check_note(self, seal: SealRow) -> None:
        try:
            note = Note.read(seal.note)
            checkpoint = Checkpoint.read(note.text)
        except NoteUnreadable:
            raise Broken("altered", f"Checkpoint {seal.number} cannot be read.") from None
        if not self._signed(note):
            raise Broken(
                "wrong key", f"Checkpoint {seal.number} is not signed with a key of this log.", seal.entries[0]
            )
        if (checkpoint.size, checkpoint.root) != (self.tree.size, self.tree.root) or checkpoint.root != seal.root:
            raise Broken("altered", *self._piece(seal))
        if not checkpoint.origin.endswith(f"/{self.organization}"):
            raise Broken("forked", f"Checkpoint {seal.number} is one of another log.", seal.entries[0])
        previous = digest(self.note) if self.note else ""
        if checkpoint.line("previous") != previous or checkpoint.line("at") != moment(seal.at):
            after = "does not follow the one before it"
            raise Broken("forked", f"Checkpoint {seal.number} {after}.", seal.entries[0])

    def _signed(self, note: Note) -> bool:
        """By the present key or a later one: an old key signs nothing any more."""
        for place in range(self.signer, len(self.keys)):
            if note.is_signed_by(self.keys[place]):
                self.signer = place
                return True
        return False
