"""Sealing: entries become leaves of their organization's tree, and a checkpoint is signed. No writer waits for it.

One process seals at a time, in batches with a fixed number of statements. What waits stands in compliance_unsealed,
written with the entries and seen at the same moment: an entry whose transaction ends late is sealed late, never missed.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import structlog
from django.db import DatabaseError, connection, transaction

from forbear.core import clock
from forbear.core.ids import public_id
from forbear.core.refusal import Refusal

from .body import moment
from .keys import LOCK, signer
from .merkle import Frontier, Place
from .notes import Checkpoint, Note, NoteUnreadable, Signer, checkpoint_text, sign

EVERY_SECONDS = 2.0
ROWS_AT_ONCE = 100
"""How many writings one batch takes; the carrier's hold a thousand entries."""
LEAVES_AT_MOST = 1024
"""In one seal: a proof reads it whole."""

log = structlog.get_logger("forbear.sealing")


@dataclass(slots=True)
class Tree:
    """An organization's tree while it is being continued."""

    organization: int
    number: int
    note: str
    frontier: Frontier

    @property
    def origin(self) -> str:
        return public_id("org", self.organization)


Leaf = tuple[int, bytes]
"""The entry's number, and its hash."""


def seal_all(*, at: datetime, wait: bool = False) -> int:
    """Seal whatever waits; gives how many entries. While another process does it: nothing, or `wait` for its end."""
    sealed = 0
    while some := seal_batch(at=at, wait=wait):
        sealed += some
    return sealed


_TRY = "SELECT EXISTS (SELECT 1 FROM compliance_unsealed) AND pg_try_advisory_xact_lock(%s)"
_WAIT = "SELECT true FROM pg_advisory_xact_lock(%s)"


def seal_batch(*, at: datetime, wait: bool = False) -> int:
    """One transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WAIT if wait else _TRY, [LOCK])
        if not _one(cursor):
            return 0
        waiting = _take(cursor)
        return _seal(cursor, waiting, signer(at), at) if waiting else 0


_TAKE = """DELETE FROM compliance_unsealed WHERE id IN (SELECT id FROM compliance_unsealed ORDER BY id LIMIT %s)
RETURNING entries"""
# With the numbers as one array the planner knows how many they are, and never reads the whole log for a few.
_LEAVES = "SELECT id, organization_id, leaf_hash FROM compliance_entry WHERE id = ANY(%s) ORDER BY id"


def _take(cursor: Any) -> dict[int, list[Leaf]]:
    """What waits, by organization. An entry that is announced and not there keeps waiting, for the audit to find."""
    cursor.execute(_TAKE, [ROWS_AT_ONCE])
    announced = [number for (entries,) in cursor.fetchall() for number in entries]
    cursor.execute(_LEAVES, [announced])
    waiting: dict[int, list[Leaf]] = defaultdict(list)
    for number, organization, leaf in cursor.fetchall():
        waiting[organization].append((number, bytes(leaf)))
    if gone := sorted(set(announced).difference(number for some in waiting.values() for number, _ in some)):
        _keep_waiting(cursor, gone, "entries are gone")
    return waiting


def _keep_waiting(cursor: Any, numbers: Sequence[int], why: str) -> None:
    """Nothing is signed over what was tampered with; the audit names it."""
    cursor.execute("INSERT INTO compliance_unsealed (entries) VALUES (%s)", [list(numbers)])
    log.error("not sealed", why=why, entries=len(numbers), first=numbers[0])


_TREES = """
SELECT o.id, coalesce(s.number, 0), coalesce(s.note, ''), coalesce(s.size, 0), coalesce(s.frontier, '')
FROM unnest(%s::bigint[]) AS o(id) LEFT JOIN LATERAL (
    SELECT * FROM compliance_seal WHERE organization_id = o.id ORDER BY number DESC LIMIT 1) s ON true"""
_SEALS = """COPY compliance_seal
    (organization_id, number, first, size, entries, newest, hashes, frontier, root, note, at) FROM STDIN"""
_NODES = "COPY compliance_node (organization_id, level, index, hash) FROM STDIN"


def _seal(cursor: Any, waiting: dict[int, list[Leaf]], by: Signer, at: datetime) -> int:
    cursor.execute(_TREES, [list(waiting)])
    seals: list[tuple[Any, ...]] = []
    nodes: list[tuple[Any, ...]] = []
    for organization, number, note, size, written in cursor.fetchall():
        frontier = _frontier(size, bytes(written), note)
        if frontier is None:
            numbers = [entry for entry, _ in waiting.pop(organization)]
            _keep_waiting(cursor, numbers, "the state of the tree was altered")
            continue
        tree = Tree(organization, number, note, frontier)
        for leaves in _pieces(waiting[organization]):
            row, completed = _grown(tree, leaves, by, at)
            seals.append(row)
            nodes += [(organization, level, index, node) for (level, index), node in completed]
    _copy(cursor, _SEALS, seals)
    _copy(cursor, _NODES, nodes)
    return sum(map(len, waiting.values()))


def _frontier(size: int, written: bytes, note: str) -> Frontier | None:
    """Where the tree stands; None if that is not what was signed."""
    try:
        frontier = Frontier.read(size, written)
        signed = Checkpoint.read(Note.read(note).text) if size or note else Checkpoint("", 0, frontier.root)
    except (ValueError, NoteUnreadable):
        return None
    return frontier if (signed.size, signed.root) == (size, frontier.root) else None


def _pieces(leaves: Sequence[Leaf]) -> Iterator[Sequence[Leaf]]:
    for begin in range(0, len(leaves), LEAVES_AT_MOST):
        yield leaves[begin : begin + LEAVES_AT_MOST]


def _grown(
    tree: Tree, leaves: Sequence[Leaf], by: Signer, at: datetime
) -> tuple[tuple[Any, ...], list[tuple[Place, bytes]]]:
    """The row of one seal; the tree has these leaves afterwards."""
    first, entries, hashes = tree.frontier.size, [number for number, _ in leaves], [leaf for _, leaf in leaves]
    completed = tree.frontier.extend(hashes)
    tree.number += 1
    root = tree.frontier.root
    tree.note = sign(
        checkpoint_text(
            origin=f"{by.key.name}/{tree.origin}",
            size=tree.frontier.size,
            root=root,
            at=moment(at),
            previous=tree.note,
        ),
        by,
    )
    row = (
        *(tree.organization, tree.number, first, tree.frontier.size, entries, entries[-1]),
        *(b"".join(hashes), tree.frontier.written(), root, tree.note, at),
    )
    return row, completed


def _copy(cursor: Any, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _one(cursor: Any) -> Any:
    return cursor.fetchone()[0]


def keep_sealing(ended: threading.Event, *, now: Callable[[], datetime] = clock.now) -> None:
    """Seal every two seconds until told to stop, and once more then. A database that is away is tried again."""
    while not ended.wait(EVERY_SECONDS):
        _try_to_seal(now)
    _try_to_seal(now)
    connection.close()


def _try_to_seal(now: Callable[[], datetime]) -> None:
    try:
        seal_all(at=now())
    except (DatabaseError, psycopg.Error, Refusal) as error:
        log.warning("nothing was sealed", error=type(error).__name__)
        connection.close()
    except Exception:
        # The loop outlives whatever happens in one turn: entries wait, and the next turn takes them up.
        log.exception("nothing was sealed")
        connection.close()
