"""`forbear doctor`: looks whether everything stands as it should, and says what to do where it does not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from forbear.commands.house import database
from forbear.core.refusal import Refusal
from forbear.web.formats import plural

CLOCKS_APART = 2.0
"""Seconds by which the database's clock may differ from ours."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one look found."""

    ok: bool
    sentence: str


@click.command()
def doctor() -> int:
    """Look at the database, its rights and links, the clock and the seals. Exit status 1 if something is to be done."""
    try:
        with database():
            return report()
    except Refusal as refusal:
        tell("database", Told(False, refusal.sentence))
        return 1


def report() -> int:
    """One line for each look; on tables that are not of this version only the first two make sense."""
    import django
    from django.db import connections

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings")
    django.setup()
    try:
        tell("database", Told(True, "The database answers."))
        tell("migrations", first := migrations())
        looks = LOOKS if first.ok else {}
        found = [first, *(tell(name, look()) for name, look in looks.items())]
    finally:
        connections.close_all()
    return 0 if all(one.ok for one in found) else 1


def tell(name: str, told: Told) -> Told:
    click.echo(f"{'ok' if told.ok else '!!'}  {name:<11} {told.sentence}")
    return told


def migrations() -> Told:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return Told(False, f"{plural(missing, 'migration')} still to come: run forbear migrate.")
    return Told(True, "The tables are of this version.")


# pg_trigger.tgtype: 8 is DELETE, 16 UPDATE, 32 TRUNCATE. A disabled trigger keeps nothing.
_GUARDED = """
SELECT bit_or(tgtype) & 56 = 56 FROM pg_trigger
WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')"""


def triggers() -> Told:
    """Whether the database itself refuses to change the log."""
    from forbear.grants import APPEND_ONLY

    open_tables = [table for table in (*APPEND_ONLY, "compliance_personal") if not _says(_GUARDED, table)]
    if open_tables:
        return Told(False, f"No trigger keeps {', '.join(open_tables)}: restore the database, then audit verify.")
    return Told(True, "The log can only be added to.")


def grants() -> Told:
    """Whether the running role has the rights it needs, and none that it must not have."""
    from forbear.grants import NEVER

    asked = [(table, right) for table, rights in NEVER.items() for right in rights.split(", ")]
    too_many = [f"{right} on {table}" for table, right in asked if _says(_MAY, table, right)]
    if too_many:
        return Told(False, f"The running role may {too_many[0]}: give it a role that does not own the tables.")
    if _says(_LACKS):
        return Told(False, "The running role lacks rights on some tables: run forbear migrate.")
    return Told(True, "The running role may do what it needs, and not change the log.")


_MAY = "SELECT has_table_privilege(%s, %s)"
_LACKS = """
SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
               AND NOT has_table_privilege(oid, 'SELECT'))"""


def clocks() -> Told:
    from forbear.core import clock

    apart = abs(float(_says("SELECT extract(epoch FROM clock_timestamp() - %s)", clock.unmoved())))
    if apart > CLOCKS_APART:
        return Told(
            False, f"The database's clock is {apart:.0f} seconds from this machine's: let both ask a time server."
        )
    moved = f"; the sandbox has moved it to {clock.now():%Y-%m-%d %H:%M} UTC" if clock.moved() else ""
    return Told(True, f"The database's clock and this machine's agree{moved}.")


def links() -> Told:
    from forbear.orphans import orphans

    found = orphans()
    if not found:
        return Told(True, "Every row that is named is there.")
    worst = "; ".join(f"{one.count} of {one.table}.{one.column} (first: {one.rows[0]})" for one in found)
    return Told(False, f"Rows name others that are gone: {worst}. Restore those, or remove these.")


def seals() -> Told:
    """Whether what was written is sealed, or is being sealed at this moment."""
    from forbear.compliance.sealing import EVERY_SECONDS

    oldest = "SELECT min(id) FROM compliance_unsealed"
    before = _says(oldest)
    if before is not None:
        time.sleep(EVERY_SECONDS * 2)
    if before is not None and _says(oldest) == before:
        return Told(False, "Entries of the log wait for their seal: run forbear worker, or forbear serve.")
    return Told(True, "What was written in the log is sealed.")


def jobs() -> Told:
    """Whether the work behind the pages comes to its end, or what broke of it."""
    from django.db import connection

    from forbear.doors.health import FAILED_JOBS

    with connection.cursor() as cursor:
        cursor.execute(FAILED_JOBS)
        failed = dict(cursor.fetchall())
    if failed:
        told = ", ".join(f"{task} {times} times" if times > 1 else str(task) for task, times in failed.items())
        return Told(False, f"Jobs of the last day ended in an error ({told}): the worker's log says why.")
    return Told(True, "No job of the last day ended in an error.")


def _says(sql: str, *values: object) -> Any:
    """The one value that a statement gives."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return row[0] if row else None


LOOKS: dict[str, Callable[[], Told]] = {
    "triggers": triggers,
    "grants": grants,
    "clock": clocks,
    "links": links,
    "seals": seals,
    "jobs": jobs,
}
