"""The machinery of an import: chunks are cleaned in a thread while PostgreSQL works on the one before."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from . import statements as sql
from .beside import Here, Points
from .cleaning import RowFlaw
from .doubles import TWICE
from .fresh import Writer
from .staging import Chunk
from .target import Target

_AHEAD = 2
_TURN = 0.0005
"""Seconds. A thread that has room for more to send must not wait for the one that cleans: the server would, too."""


@dataclass(slots=True)
class Loaded:
    """What has become of the rows so far. `finished` are accounts whose balance the file set to zero."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    finished: list[int] = field(default_factory=list)


def load(
    chunks: Iterable[Chunk],
    writer: Writer,
    *,
    keep_flaws: Callable[[list[RowFlaw]], None],
    tell: Callable[[Loaded], None],
    points: Points | None = None,
    dry_run: bool = False,
) -> Loaded:
    """Write every chunk in the surrounding transaction. A dry run changes no known account; its caller rolls back.

    `points` is where the contact points of new people are written, if not in this transaction too.
    """
    loaded = Loaded()
    with connection.cursor() as cursor:
        _make_tables(cursor)
        points = points or Here(cursor)
        loader = _Loader(cursor, writer, loaded, points, dry_run)
        with _by_index(cursor):
            for chunk in _in_thread(chunks):
                doubles = loader.load(chunk) if chunk.rows else []
                loaded.rejected += chunk.cleaned.rejected + len(doubles)
                loaded.read += chunk.read
                keep_flaws(sorted([*chunk.cleaned.flaws, *(RowFlaw(line, "", "", TWICE) for line in doubles)]))
                tell(loaded)
        points.settle()
        _drop_tables(cursor)
    return loaded


class _Loader:
    """Chunk by chunk: rows that may be about somebody known go through the statements, the others are written."""

    def __init__(self, cursor: CursorWrapper, writer: Writer, loaded: Loaded, points: Points, dry_run: bool) -> None:
        self.cursor = cursor
        self.writer = writer
        self.target = writer.target
        self.values = self.target.values()
        self.loaded = loaded
        self.points = points
        self.dry_run = dry_run
        self.creditors: dict[str | None, int | None] = {None: None}
        self.anybody_known = _has_accounts(cursor, self.target)

    def run(self, statement: str, **also: Any) -> int:
        self.cursor.execute(statement, self.values | also)
        return int(self.cursor.rowcount)

    def load(self, chunk: Chunk) -> list[int]:
        """The lines that turned out to be doubles."""
        self._know_creditors(chunk)
        met = self._met(chunk) | chunk.shared
        doubles = self._load_met(chunk, sorted(met)) if met else []
        if len(met) < chunk.rows:
            lines = chunk.lines.of([at not in met for at in range(chunk.rows)]) if met else chunk.lines
            self.points.write("".join(lines.points))
            for statement, text in self.writer.written(lines, self.creditors):
                with self.cursor.copy(statement) as copy:
                    copy.write(text)
            self.loaded.created += chunk.rows - len(met)
        return doubles

    def _know_creditors(self, chunk: Chunk) -> None:
        """Their numbers by name; a row that names none has the file's own, which goes by None too."""
        given = set(chunk.cleaned.columns.get("creditor") or ()) | {self.target.creditor}
        names = sorted(name for name in given - self.creditors.keys() if name)
        if names:
            self.run(sql.NEW_CREDITORS, names=names)
            self.run(sql.CREDITORS, names=names)
            self.creditors |= dict(self.cursor.fetchall())
            self.creditors[None] = self.creditors[self.target.creditor]

    def _met(self, chunk: Chunk) -> set[int]:
        """Positions of the rows of which an address or external id is known."""
        asked = range(chunk.rows) if self.anybody_known else sorted(chunk.seen)
        met: set[int] = set()
        if not asked:
            return met
        self.points.settle()
        columns = chunk.cleaned.columns
        for name in ("phone", "email", "external_id"):
            if words := columns.get(name):
                found = self._found(name, [words[at] or "" for at in asked], columns.get("creditor"), asked)
                met.update(asked[place - 1] for place in found)
        return met

    def _found(
        self, name: str, words: list[str], creditors: Sequence[str | None] | None, asked: Sequence[int]
    ) -> list[int]:
        if name == "external_id":
            whose = [self.creditors[creditors[at] if creditors else None] for at in asked]
            self.run(sql.MET_BY_EXTERNAL_ID, words="\n".join(words), creditors=whose)
        else:
            self.run(sql.MET_BY_ADDRESS, words="\n".join(words))
        return [place for (place,) in self.cursor.fetchall()]

    def _load_met(self, chunk: Chunk, rows: list[int]) -> list[int]:
        self.cursor.execute(f"TRUNCATE {', '.join(sql.PER_CHUNK)}")
        with self.cursor.copy(f"COPY incoming ({', '.join(chunk.told)}) FROM STDIN (NULL '')") as copy:
            copy.write(chunk.text(rows))
        known = self._find_known()
        if known and "currency" in chunk.told:
            self.run(sql.OTHER_CURRENCY)
        doubles = self._take_out_doubles() if known else []
        placed = self.run(sql.PLACED)
        changed = self._change_known() if known else 0
        created = self._add_new(placed)
        self.loaded.created += created
        self.loaded.updated += changed
        self.loaded.unchanged += placed - created - changed
        return doubles

    def _find_known(self) -> int:
        known = self.run(sql.KNOWN_BY_EXTERNAL_ID) if self.target.has_external_ids else 0
        if self.run(sql.CANDIDATES):
            known += self.run(sql.KNOWN_BY_NUMBER)
        return known

    def _take_out_doubles(self) -> list[int]:
        self.run(sql.DOUBLES)
        return [line for (line,) in self.cursor.fetchall()]

    def _change_known(self) -> int:
        changed = self.run(sql.CHANGED)
        if changed and not self.dry_run:
            self.run(sql.BEFORE)
            self.run(sql.ADJUST)
            self.run(sql.CHANGE_ACCOUNTS)
            self.run(sql.CHANGE_CONSUMERS)
            self.run(sql.FINISHED)
            self.loaded.finished += [account for (account,) in self.cursor.fetchall()]
        self.run(sql.TOUCH)
        return changed

    def _add_new(self, placed: int) -> int:
        new_people = self.run(sql.CONSUMERS)
        self.run(sql.POINTS_OF_NEW)
        if new_people < placed and not self.dry_run:
            self.run(sql.POINTS_OF_KNOWN)
        if self.target.has_other_points:
            self.run(sql.OTHER_POINTS)
        created = self.run(sql.ACCOUNTS)
        if self.target.list_id is not None:
            self.run(sql.MEMBERS_OF_NEW)
            if created < placed:
                self.run(sql.MEMBERS_OF_KNOWN)
        return created


def add_known_fields(organization_id: int, names: Iterable[str]) -> None:
    """Remember column names for the tag picker."""
    with connection.cursor() as cursor:
        cursor.execute(sql.KNOWN_FIELDS, [organization_id, sorted(names)])


def _has_accounts(cursor: CursorWrapper, target: Target) -> bool:
    cursor.execute(
        """SELECT EXISTS (SELECT FROM accounts_account WHERE organization_id = %s)
               OR EXISTS (SELECT FROM accounts_contactpoint WHERE organization_id = %s)""",
        [target.organization_id, target.organization_id],
    )
    return bool(cursor.fetchone()[0])


@contextmanager
def _by_index(cursor: CursorWrapper) -> Iterator[None]:
    """Everything is looked up by index: the planner has no figures about rows that are not committed yet."""
    cursor.execute("SET LOCAL enable_seqscan = off")
    yield
    cursor.execute("SET LOCAL enable_seqscan = on")


def _make_tables(cursor: CursorWrapper) -> None:
    _drop_tables(cursor)
    for name, columns in (sql.TABLES | {"touched": sql.TOUCHED}).items():
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")


def _drop_tables(cursor: CursorWrapper) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in (*sql.TABLES, 'touched'))}")


def _in_thread(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The same chunks, made in a thread that stays at most a few ahead; what it raises is raised here."""
    line: queue.Queue[Chunk | BaseException | None] = queue.Queue(maxsize=_AHEAD)
    stopped = threading.Event()

    def make() -> None:
        last: BaseException | None = None
        try:
            for chunk in chunks:
                if not _offered(line, chunk, stopped):
                    return
        except BaseException as error:
            last = error
        _offered(line, last, stopped)

    maker = threading.Thread(target=make, name="import-cleaning", daemon=True)
    maker.start()
    patience = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        while (item := line.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        sys.setswitchinterval(patience)
        stopped.set()
        maker.join()


def _offered(line: queue.Queue[Any], item: object, stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            line.put(item, timeout=0.2)
        except queue.Full:
            continue
        return True
    return False


@contextmanager
def progress_of(batch_id: int) -> Iterator[Callable[[Loaded], None]]:
    """Tells how far an import is through a connection of its own, so that others see it before the commit."""
    with closing(connection.copy()) as beside:
        with beside.cursor() as cursor:
            # The disk need not have it at once: it would have to take in the import so far as well.
            cursor.execute("SET synchronous_commit = off")

        def tell(loaded: Loaded) -> None:
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE imports_import SET rows_read = %s, rejected = %s WHERE id = %s",
                    [loaded.read, loaded.rejected, batch_id],
                )

        yield tell
