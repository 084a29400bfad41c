"""The audit of the live database: every entry, every seal, every key, as the running role reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from forbear.core.ids import public_id
from forbear.strongbox import Unsealable

from .body import commitment
from .checking import Broken, EntryRow, SealRow, Walk, check_entry
from .keys import known, vouched
from .models import Personal
from .notes import Checkpoint, Note, PublicKey
from .vault import opened

ENTRIES_AT_ONCE = 16 * 1024
SHOWN_AT_MOST = 1000
"""Of entries that nobody sealed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was. organization: its public id; entry: the number of the first entry concerned."""

    organization: str
    kind: str
    entry: int | None
    sentence: str


@dataclass(slots=True)
class Report:
    """What an audit found; nothing wrong where there are no findings."""

    organizations: int = 0
    entries: int = 0
    checkpoints: int = 0
    waiting: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.findings

    def add(self, organization: str, broken: Broken) -> None:
        self.findings.append(Finding(organization, broken.kind, broken.entry, broken.sentence))


_TOTAL = "SELECT coalesce(sum(size - first), 0) FROM compliance_seal WHERE %s IN (organization_id, 0)"
Step = Callable[[int, int], None]
"""Told how many entries are checked, of how many."""


def audit(
    *, key: PublicKey | None = None, kept: Sequence[str] = (), step: Step = lambda done, of: None, only: int = 0
) -> Report:
    """Check everything, or `only` the log of the organization with this number. `key` is a public key known from
    elsewhere, `kept` are checkpoints (signed notes) that were kept elsewhere. Raises NoteUnreadable for what is none.
    """
    report = Report()
    checkpoints = [(Note.read(one), Checkpoint.read(Note.read(one).text)) for one in kept]
    with one_moment():
        keys = _keys(report, key)
        stray = _strays()
        total = _count(
            "SELECT coalesce(sum(size - first), 0) FROM compliance_seal WHERE %s IN (organization_id, 0)", only
        )
        roots: dict[str, Mapping[int, bytes]] = {}
        for organization in [only] if only else _organizations():
            name = public_id("org", organization)
            remembered = frozenset(one.size for _, one in checkpoints if _is_of(one, name))
            walk = Walk(name, keys, _nodes(organization), {told: number for number, told, _ in stray}, remembered)
            try:
                for done in _walk(walk, organization, report):
                    step(done, total)
                roots[name] = walk.roots | {walk.tree.size: walk.tree.root}
            except Broken as broken:
                report.add(name, broken)
        _sealed_twice(report)
        _kept_twice(report)
        _waiting(report)
        _slipped_in(report, stray)
        _compare(report, checkpoints, keys, roots)
    if only:
        report.findings = [one for one in report.findings if one.organization in ("", public_id("org", only))]
    return report


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is written and sealed meanwhile, all is read as of one moment."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh:
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _keys(report: Report, wanted: PublicKey | None) -> list[PublicKey]:
    rows = known()
    keys = vouched(rows)
    if len(keys) < len(rows):
        stranger = rows[len(keys)].verifier
        report.add("", Broken("wrong key", f"The key {stranger} was not announced by the one before it."))
    if wanted is not None and wanted not in keys:
        report.add("", Broken("wrong key", f"This log is not signed with the key {wanted}."))
        return []
    return keys


def _organizations() -> list[int]:
    return [row[0] for row in _read("SELECT DISTINCT organization_id FROM compliance_seal ORDER BY 1", [])]


def _nodes(organization: int) -> dict[tuple[int, int], bytes]:
    rows = _read("SELECT level, index, hash FROM compliance_node WHERE organization_id = %s", [organization])
    return {(level, index): bytes(node) for level, index, node in rows}


_SEALS = """SELECT number, first, size, entries, newest, hashes, frontier, root, note, at FROM compliance_seal
WHERE organization_id = %s AND number > %s ORDER BY number LIMIT 100"""


def _walk(walk: Walk, organization: int, report: Report) -> Iterator[int]:
    """Through all seals of an organization; gives how many entries have been checked in all. Raises Broken."""
    for seals in _pieces(organization):
        rows = _entries([number for seal in seals for number in seal.entries])
        personal: dict[int, Mapping[str, str]] = {}
        for seal in seals:
            personal |= walk.take(seal, rows)
            report.checkpoints += 1
            report.entries += len(seal.entries)
        _check_personal(personal)
        yield report.entries
    walk.end()
    report.organizations += 1


def _pieces(organization: int) -> Iterator[list[SealRow]]:
    """Seals of about so many entries at a time."""
    last, waiting, held = -1, list[SealRow](), 0
    while rows := _read(_SEALS, [organization, last]):
        for row in rows:
            seal = SealRow(*row[:5], *map(bytes, row[5:8]), *row[8:])
            last = seal.number
            waiting.append(seal)
            held += len(seal.entries)
            if held >= ENTRIES_AT_ONCE:
                yield waiting
                waiting, held = [], 0
    if waiting:
        yield waiting


# What retention has moved is read where it is now.
_ENTRIES = """SELECT id, organization_id, event, actor, account_id, campaign_id, consumer_id, document_id,
    message_id, channels,
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), body, leaf_hash
FROM (SELECT * FROM compliance_entry UNION ALL SELECT * FROM compliance_archive) e WHERE id = ANY(%s)"""


def _entries(numbers: Sequence[int]) -> dict[int, EntryRow]:
    rows = _read(_ENTRIES, [list(numbers)])
    return {row[0]: EntryRow._make((*row[:12], bytes(row[12]))) for row in rows}


def _check_personal(personal: Mapping[int, Mapping[str, str]]) -> None:
    """What the vault still has is what the entries committed to. Raises Broken."""
    if not personal:
        return
    rows = Personal.objects.filter(entry_id__in=list(personal)).order_by("entry_id")
    kept = {entry: {row.name: row for row in some} for entry, some in groupby(rows, key=lambda row: row.entry_id)}
    for entry, committed in personal.items():
        if set(committed) != set(kept.get(entry, {})):
            raise Broken("removed", f"Personal data of entry {entry} was removed instead of erased.", entry)
        for name, row in kept[entry].items():
            if row.sealed and not _fits(row, committed[name]):
                raise Broken("altered", f"The {name} kept for entry {entry} is not what it committed to.", entry)


def _fits(row: Personal, committed: str) -> bool:
    try:
        return commitment(*opened(row.sealed)) == committed
    except Unsealable:
        return False


_STRAYS = """
SELECT e.id, e.body, e.organization_id
FROM (SELECT * FROM compliance_entry UNION ALL SELECT * FROM compliance_archive) e WHERE e.id IN (
    (SELECT id FROM compliance_entry UNION ALL SELECT id FROM compliance_archive)
    EXCEPT SELECT unnest(entries) FROM compliance_seal
    EXCEPT SELECT unnest(entries) FROM compliance_unsealed ORDER BY 1 LIMIT %s) ORDER BY 1"""
Stray = tuple[int, int, int]
"""Number, the number that the text speaks of, organization."""


def _strays() -> list[Stray]:
    """Entries that nobody sealed and that do not wait for it."""
    return [(number, _spoken_of(body), owner) for number, body, owner in _read(_STRAYS, [SHOWN_AT_MOST])]


def _spoken_of(body: str) -> int:
    try:
        return int(json.loads(body)["sequence"])
    except (KeyError, TypeError, ValueError):
        return 0


def _slipped_in(report: Report, strays: Sequence[Stray]) -> None:
    """The first of each organization, unless its log is broken anyway: then this may only be what follows."""
    broken = {one.organization for one in report.findings}
    for owner, some in groupby(sorted(strays, key=lambda one: (one[2], one[0])), key=lambda one: one[2]):
        name, (first, _, _) = public_id("org", owner), next(some)
        if name not in broken:
            why = "it was slipped in, or its checkpoint was removed"
            sentence = f"No checkpoint seals entry {first}, and it does not wait for one: {why}."
            report.add(name, Broken("inserted", sentence, first))


_TWICE = """SELECT organization_id, number
FROM (SELECT organization_id, unnest(entries) AS number FROM compliance_seal) s
GROUP BY organization_id, number HAVING count(*) > 1 ORDER BY number LIMIT 1"""


def _sealed_twice(report: Report) -> None:
    for owner, number in _read(_TWICE, []):
        sentence = f"Entry {number} stands in the log twice: it was announced again after it was sealed."
        report.add(public_id("org", owner), Broken("inserted", sentence, number))


_IN_BOTH = """SELECT a.id, a.organization_id FROM compliance_archive a JOIN compliance_entry e ON e.id = a.id
    ORDER BY a.id LIMIT 1"""


def _kept_twice(report: Report) -> None:
    """An entry is in the log or in its archive: of two, one would be read and the other believed."""
    for number, owner in _read(_IN_BOTH, []):
        sentence = f"Entry {number} stands both in the log and in its archive."
        report.add(public_id("org", owner), Broken("inserted", sentence, number))


def _waiting(report: Report) -> None:
    """What is not sealed yet is at least there, and as it was written."""
    numbers = sorted(number for (some,) in _read("SELECT entries FROM compliance_unsealed", []) for number in some)
    report.waiting = len(numbers)
    for begin in range(0, len(numbers), ENTRIES_AT_ONCE):
        piece = numbers[begin : begin + ENTRIES_AT_ONCE]
        rows = _entries(piece)
        try:
            for number in piece:
                _check_waiting(number, rows.get(number))
        except Broken as broken:
            row = rows.get(broken.entry or 0)
            report.add(public_id("org", row.organization) if row else "", broken)
            return


def _check_waiting(number: int, row: EntryRow | None) -> None:
    if row is None:
        raise Broken("removed", f"Entry {number} was removed before it was sealed.", number)
    check_entry(row)


def _is_of(checkpoint: Checkpoint, organization: str) -> bool:
    return checkpoint.origin.rpartition("/")[2] == organization


def _compare(
    report: Report,
    checkpoints: Sequence[tuple[Note, Checkpoint]],
    keys: Sequence[PublicKey],
    roots: Mapping[str, Mapping[int, bytes]],
) -> None:
    """Hold the log against what was kept outside of it."""
    broken = {one.organization for one in report.findings}
    for note, checkpoint in checkpoints:
        name = checkpoint.origin.rpartition("/")[2]
        if not any(note.is_signed_by(key) for key in keys):
            report.add(name, Broken("wrong key", "The checkpoint kept outside is not signed with a key of this log."))
        elif name not in broken:
            _compare_one(report, name, checkpoint, roots.get(name, {}))


def _compare_one(report: Report, name: str, checkpoint: Checkpoint, roots: Mapping[int, bytes]) -> None:
    size = max(roots, default=0)
    if size < checkpoint.size:
        cut = f"{checkpoint.size - size} of its newest entries were cut off"
        outside = f"the checkpoint kept outside counts {checkpoint.size}"
        report.add(name, Broken("truncated", f"The log ends after {size} entries, {outside}: {cut}."))
    elif roots.get(checkpoint.size) != checkpoint.root:
        sentence = f"The first {checkpoint.size} entries are not those of the checkpoint kept outside: a fork."
        report.add(name, Broken("forked", sentence))


def _count(statement: str, *values: Any) -> int:
    return int(_read(statement, values)[0][0])


def _read(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
