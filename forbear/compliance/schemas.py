"""Shapes of the log on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forbear.web.wire import Moment, Shown

from .models import Key, Seal
from .notes import Checkpoint, Note, to_base64
from .proofs import Consistency, Proof
from .queries import Line


class EntryShown(Shown):
    """One line of the log. `facts` are ids and figures, never names, addresses or texts; those are in `personal`, by
    name, null once erased.
    """

    id: str
    sequence: int
    event: str
    user: str
    subjects: dict[str, str]
    channels: list[str]
    at: Moment
    facts: dict[str, Any]
    personal: dict[str, str | None]

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
            personal=dict(line.personal),
        )


def written(hashes: Sequence[bytes]) -> list[str]:
    return [to_base64(one) for one in hashes]


class ProofShown(Shown):
    """`entry` is the exact text whose hash, SHA-256(0x00 || entry), is `leaf_hash`; `path` leads from there to the root
    that `checkpoint` names (RFC 9162 2.1.3).
    """

    entry: str
    leaf_hash: str
    position: int
    size: int
    path: list[str]
    checkpoint: str

    @classmethod
    def of(cls, proof: Proof) -> ProofShown:
        return cls(
            entry=proof.entry,
            leaf_hash=to_base64(proof.leaf_hash),
            position=proof.position,
            size=proof.size,
            path=written(proof.path),
            checkpoint=proof.checkpoint,
        )


class CheckpointShown(Shown):
    """`checkpoint` is the signed note itself (c2sp.org/tlog-checkpoint); the rest repeats what it says."""

    checkpoint: str
    origin: str
    size: int
    root: str
    at: Moment

    @classmethod
    def of(cls, seal: Seal) -> CheckpointShown:
        read = Checkpoint.read(Note.read(seal.note).text)
        return cls(checkpoint=seal.note, origin=read.origin, size=read.size, root=to_base64(read.root), at=seal.at)


class ConsistencyShown(Shown):
    """RFC 9162 2.1.4; `checkpoints` are the two signed notes, the older first."""

    old: int
    new: int
    path: list[str]
    checkpoints: list[str]

    @classmethod
    def of(cls, proof: Consistency) -> ConsistencyShown:
        return cls(old=proof.old, new=proof.new, path=written(proof.path), checkpoints=list(proof.checkpoints))


class KeyShown(Shown):
    """`key` is the public key that verifies notes (name+id+base64); `announcement` the note that made it known."""

    key: str
    announcement: str
    created_at: Moment
    active: bool

    @classmethod
    def of(cls, row: Key, *, active: bool) -> KeyShown:
        return cls(key=str(row.verifier), announcement=row.note, created_at=row.created_at, active=active)
