"""Numbers of consumers and accounts, drawn before their rows are written, a chunk's worth at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db import connection

Draw = Callable[[int], tuple[list[str], list[str]]]
"""That many new numbers of consumers, and of accounts, as texts."""

# Whoever draws at the same time leaves holes; what lies between two of them is a block.
_BLOCKS = """
drawn AS MATERIALIZED (SELECT nextval('{}_id_seq') AS number, place FROM generate_series(1, %(size)s) place),
blocks AS (SELECT min(number) AS first, max(number) AS last FROM drawn GROUP BY number - place)"""
_CONSUMERS, _ACCOUNTS = _BLOCKS.format("accounts_consumer"), _BLOCKS.format("accounts_account")
_KEPT = "kept AS (INSERT INTO imports_block (batch_id, first, last) SELECT %(batch)s, first, last FROM blocks)"
_TOLD = "SELECT first, last FROM blocks ORDER BY first"


@contextmanager
def numbers(keep_for: int | None = None) -> Iterator[Draw]:
    """Draws through a connection of its own: the thread that cleans asks.

    With the number of an import, the blocks of consumers are kept in `imports_block`, before anybody can use them.
    """
    consumers = f"WITH {_CONSUMERS}, {_KEPT} {_TOLD}" if keep_for else f"WITH {_CONSUMERS} {_TOLD}"
    with closing(connection.get_new_connection(connection.get_connection_params())) as beside:
        beside.autocommit = True
        # What a crash could take away here it takes from all that was written later, too.
        beside.execute("SET synchronous_commit = off")

        def draw(size: int) -> tuple[list[str], list[str]]:
            values = {"size": size, "batch": keep_for}
            return _texts(beside, consumers, values), _texts(beside, f"WITH {_ACCOUNTS} {_TOLD}", values)

        yield draw


def _texts(beside: Any, statement: str, values: dict[str, Any]) -> list[str]:
    blocks = beside.execute(statement, values).fetchall()
    return [text for first, last in blocks for text in map(str, range(first, last + 1))]
