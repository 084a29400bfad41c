"""Contact points of people nobody knew, written over a second connection while the first writes everything else.

Both cores of a small machine are at work then. What the second connection writes is committed chunk by chunk, and
belongs to nobody until the first one commits, with the consumers in it: whoever looks a contact point up by its
address joins the consumer. An import that fails takes its points back, and so does the next attempt after a crash,
by the blocks of numbers that were drawn for it. See docs/decisions/imports.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from .fresh import POINTS
from .models import Block

_LOCKS = 0x494D51


class Points(Protocol):
    """Where the contact points of new people are written."""

    def write(self, text: str) -> None:
        """Begin to write a chunk's worth."""

    def settle(self) -> None:
        """Come back when all that was given can be read by everybody who may; raises what went wrong."""


class Here:
    """In the transaction of the import itself."""

    def __init__(self, cursor: CursorWrapper) -> None:
        self.cursor = cursor

    def write(self, text: str) -> None:
        with self.cursor.copy(POINTS) as copy:
            copy.write(text)

    def settle(self) -> None:
        """Nothing is ever under way."""


class Beside:
    """Over a connection of its own, in a thread that is at most one chunk behind."""

    def __init__(self, own: Any, thread: ThreadPoolExecutor) -> None:
        self.own = own
        self.thread = thread
        self.under_way: Future[None] | None = None

    def write(self, text: str) -> None:
        self.settle()
        self.under_way = self.thread.submit(self._copy, text)

    def settle(self) -> None:
        if self.under_way is not None:
            self.under_way.result()
            self.under_way = None

    def _copy(self, text: str) -> None:
        with self.own.cursor().copy(POINTS) as copy:
            copy.write(text)


@contextmanager
def beside(import_id: int) -> Iterator[Beside]:
    """A second connection for this import. Its locks go when its server process does, and not before."""
    with (
        closing(connection.get_new_connection(connection.get_connection_params())) as own,
        ThreadPoolExecutor(1, "import-points") as thread,
    ):
        own.autocommit = True
        # The commit of the import is later in the same log, and waits for all of it to be on the disk.
        own.execute("SET synchronous_commit = off")
        own.execute("SELECT pg_advisory_lock_shared(%s, %s)", [_LOCKS, import_id % 2**31])
        yield Beside(own, thread)


# What an attempt that came to nothing has left: points whose consumers were never committed.
_SWEEP = """
WITH block AS (DELETE FROM imports_block WHERE batch_id = %s RETURNING first, last)
DELETE FROM accounts_contactpoint p USING block b
WHERE p.consumer_id BETWEEN b.first AND b.last
  AND NOT EXISTS (SELECT FROM accounts_consumer c WHERE c.id = p.consumer_id)
"""


def sweep(import_id: int) -> int:
    """Take back the points of attempts that have ended without a commit; how many there were.

    The caller holds the import (`applying.only_one`), so its first connection is gone; the second is waited for.
    """
    if not Block.objects.filter(batch=import_id).exists():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS, import_id % 2**31])
        cursor.execute(_SWEEP, [import_id])
        return int(cursor.rowcount)


def forget_blocks(import_id: int) -> None:
    """In the transaction that brings the consumers: the points belong to them from its commit on."""
    Block.objects.filter(batch=import_id).delete()
