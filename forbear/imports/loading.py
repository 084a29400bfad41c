"""The machinery of an import: chunks are cleaned in a thread while PostgreSQL works on the one before."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from . import statements as sql
from .cleaning import RowFlaw
from .staging import TWICE, Chunk

_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Target:
    """Where the rows go, and what holds for all of them. Without a list they are on none."""

    organization_id: int
    batch_id: int
    list_id: int | None
    at: datetime
    provenance: str
    currency: str
    creditor: str | None = None
    phone_place: str = "unknown"
    email_place: str = "unknown"
    has_external_ids: bool = False
    has_other_points: bool = False

    def values(self) -> dict[str, Any]:
        """The named values of every statement."""
        return {
            "org": self.organization_id, "batch": self.batch_id, "list": self.list_id, "at": self.at,
            "provenance": self.provenance, "currency": self.currency, "creditor": self.creditor,
            "phone_place": self.phone_place, "email_place": self.email_place,
        }  # fmt: skip


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
    target: Target,
    *,
    keep_flaws: Callable[[list[RowFlaw]], None],
    tell: Callable[[Loaded], None],
    dry_run: bool = False,
) -> Loaded:
    """Write every chunk in the surrounding transaction. A dry run changes no known account; its caller rolls back."""
    loaded = Loaded()
    with connection.cursor() as cursor:
        _make_tables(cursor)
        look = _has_accounts(cursor, target)
        for chunk in _in_thread(chunks):
            flaws = chunk.flaws
            if chunk.rows:
                doubles = _Loader(cursor, target, loaded, look, dry_run).load(chunk)
                flaws = sorted([*flaws, *(RowFlaw(line, "", "", TWICE) for line in doubles)])
                loaded.rejected += len(doubles)
            loaded.rejected += chunk.rejected
            loaded.read += chunk.read
            keep_flaws(flaws)
            tell(loaded)
        _drop_tables(cursor)
    return loaded


class _Loader:
    """One chunk on its way through the statements."""

    def __init__(self, cursor: CursorWrapper, target: Target, loaded: Loaded, look: bool, dry_run: bool) -> None:
        self.cursor = cursor
        self.target = target
        self.values = target.values() | {"look": look}
        self.loaded = loaded
        self.dry_run = dry_run

    def run(self, statement: str) -> int:
        self.cursor.execute(statement, self.values)
        return int(self.cursor.rowcount)

    def load(self, chunk: Chunk) -> list[int]:
        """The lines that turned out to be doubles."""
        self.cursor.execute(f"TRUNCATE {', '.join(sql.PER_CHUNK)}")
        with self.cursor.copy(f"COPY incoming ({', '.join(chunk.columns)}) FROM STDIN") as copy:
            copy.write(chunk.text)
        self.run(sql.NEW_CREDITORS)
        known = self._find_known()
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
    try:
        while (item := line.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
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

        def tell(loaded: Loaded) -> None:
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE imports_import SET rows_read = %s, rejected = %s WHERE id = %s",
                    [loaded.read, loaded.rejected, batch_id],
                )

        yield tell
