"""Proofs for outsiders: that an entry is in the tree, that a longer tree begins with a shorter one. A few rows each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from forbear.core.refusal import WrongState

from .merkle import (
    KEPT_FROM,
    Place,
    Range,
    consistency_ranges,
    folded,
    hashes_in,
    inclusion_ranges,
    leaves_under,
    root_of,
    subtrees,
)
from .models import Entry, Seal
from .sealing import LEAVES_AT_MOST


class NotYetSealed(WrongState):
    """This entry is not sealed yet; it will be in a few seconds."""


class NothingSealed(WrongState):
    """Nothing is sealed yet; the first entries will be in a few seconds."""


class NoSuchCheckpoint(WrongState):
    """The log has no two checkpoints of these sizes, the smaller one first."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's body, its leaf hash, and the way from there to the root that the checkpoint (a signed note) names."""

    entry: str
    leaf_hash: bytes
    position: int
    size: int
    path: Sequence[bytes]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Consistency:
    """The tree of size `new` begins with that of size `old`; both checkpoints are signed notes."""

    old: int
    new: int
    path: Sequence[bytes]
    checkpoints: tuple[str, str]


def seals_of(organization: Any) -> QuerySet[Seal]:
    return Seal.objects.filter(organization_id=organization.pk)


def newest_seal(organization: Any) -> Seal:
    """Raises NothingSealed."""
    newest = seals_of(organization).defer("hashes", "entries").order_by("-number").first()
    if newest is None:
        raise NothingSealed
    return newest


def proof_of(organization: Any, entry: Entry) -> Proof:
    """The entry is in the newest checkpoint. Four statements. Raises NotYetSealed, NothingSealed."""
    newest = newest_seal(organization)
    return proofs_of(organization, [entry], newest)[0]


def proofs_of(organization: Any, entries: Sequence[Entry], newest: Seal) -> list[Proof]:
    """Proofs of several entries against one checkpoint. Raises NotYetSealed."""
    places = positions_of(organization, [entry.pk for entry in entries])
    if any(places.get(entry.pk, newest.size) >= newest.size for entry in entries):
        raise NotYetSealed
    ranges = {entry.pk: inclusion_ranges(places[entry.pk], newest.size) for entry in entries}
    hashes = hashes_of(organization, {part for parts in ranges.values() for part in parts})
    return [
        Proof(
            entry.body,
            bytes(entry.leaf_hash),
            places[entry.pk],
            newest.size,
            [hashes[part] for part in ranges[entry.pk]],
            newest.note,
        )
        for entry in entries
    ]


def consistency_of(organization: Any, *, old: int | None = None, new: int | None = None) -> Consistency:
    """Between two sizes that were checkpoints, the first and the newest one unless told. Raises NoSuchCheckpoint,
    NothingSealed.
    """
    new = new or newest_seal(organization).size
    old = old or seals_of(organization).values_list("size", flat=True).earliest("number")
    notes = dict(seals_of(organization).filter(size__in=[old, new]).values_list("size", "note"))
    if old > new or {old, new} - set(notes):
        raise NoSuchCheckpoint
    ranges = consistency_ranges(old, new)
    hashes = hashes_of(organization, set(ranges))
    return Consistency(old, new, [hashes[part] for part in ranges], (notes[old], notes[new]))


_POSITIONS = """
SELECT w.number, s.first + array_position(s.entries, w.number) - 1
FROM unnest(%s::bigint[]) AS w(number) CROSS JOIN LATERAL (
    SELECT first, entries FROM compliance_seal
    WHERE organization_id = %s AND newest >= w.number AND w.number = ANY(entries) ORDER BY newest LIMIT 1) s"""


def positions_of(organization: Any, numbers: Sequence[int]) -> dict[int, int]:
    """Where in the tree entries are, by their numbers; what is not sealed is left out. One statement."""
    return dict(_rows(_POSITIONS, [list(numbers), organization.pk]))


def hashes_of(organization: Any, ranges: Collection[Range]) -> dict[Range, bytes]:
    """The hashes of these ranges; two statements, however many."""
    parts = {part: subtrees(part) for part in ranges}
    places = {place for some in parts.values() for place in some}
    known = _kept(organization, [place for place in places if place[0] >= KEPT_FROM])
    known |= _small(organization, [place for place in places if place[0] < KEPT_FROM])
    return {part: folded([known[place] for place in some]) for part, some in parts.items()}


_NODES = """
SELECT n.level, n.index, n.hash FROM unnest(%s::smallint[], %s::bigint[]) AS w(level, index)
JOIN compliance_node n ON n.organization_id = %s AND n.level = w.level AND n.index = w.index"""


def _kept(organization: Any, places: Sequence[Place]) -> dict[Place, bytes]:
    """Subtrees that have a row."""
    wanted = [[level for level, _ in places], [index for _, index in places], organization.pk]
    return {(level, index): bytes(node) for level, index, node in _rows(_NODES, wanted)}


def _small(organization: Any, places: Sequence[Place]) -> dict[Place, bytes]:
    """Subtrees of a few leaves, hashed again from the seals that hold them."""
    spans = {place: leaves_under(place) for place in places}
    leaves = _leaves(organization, sorted({begin >> KEPT_FROM for begin, _ in spans.values()}))
    return {place: root_of([leaves[at] for at in range(*span)]) for place, span in spans.items()}


# A seal that holds one of the leaves ends less than the length of the longest one behind them.
_LEAVES = """
SELECT DISTINCT s.first, s.hashes FROM unnest(%s::bigint[]) AS w(begin) JOIN compliance_seal s
    ON s.organization_id = %s AND s.size > w.begin AND s.size < w.begin + %s AND s.first < w.begin + %s"""


def _leaves(organization: Any, blocks: Sequence[int]) -> dict[int, bytes]:
    """The hashes of the leaves of these blocks of 2**KEPT_FROM, by position, and of some beside them."""
    long = 1 << KEPT_FROM
    rows = _rows(_LEAVES, [[block * long for block in blocks], organization.pk, long + LEAVES_AT_MOST, long])
    return {first + number: leaf for first, hashes in rows for number, leaf in enumerate(hashes_in(bytes(hashes)))}


def _rows(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
