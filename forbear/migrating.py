"""Brings the tables to this version, as the role that owns them, one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from forbear.grants import grant
from forbear.settings import database

LOCK = 0x464F5242
"""The advisory lock that keeps two processes from migrating at once: "FORB"."""


def migrate() -> int:
    """Apply what is missing and give the running role its rights; answers how many were applied."""
    running = str(settings.DATABASES["default"]["USER"])
    with psycopg.connect(settings.OWNER_DATABASE_URL, autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with _as_owner():
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if missing:
                call_command("migrate", verbosity=0, interactive=False)
        if owner.info.user != running and _lacks_rights(owner, running):
            with owner.transaction():
                grant(owner, running)
    return len(missing)


def _lacks_rights(owner: psycopg.Connection[Any], role: str) -> bool:
    """Granting again is harmless but rewrites the catalogue, which others may be doing at the same time."""
    row = owner.execute(
        "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT has_table_privilege(%s, oid, 'SELECT'))",
        [role],
    ).fetchone()
    return bool(row and row[0])


@contextmanager
def _as_owner() -> Iterator[None]:
    """Django's connection is the owner's inside, the running role's again afterwards."""
    ours = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(database(settings.OWNER_DATABASE_URL))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(ours)
