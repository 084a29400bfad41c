"""Fixtures for every test: a migrated database entered as the running role, and the cast."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql

from forbear import settings as values
from forbear.grants import grant

pytest_plugins = ["tests.cast", "tests.door"]
settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *settings.PASSWORD_HASHERS[1:]]


def _enter_as(who: dict[str, object]) -> None:
    connection.close()
    connection.settings_dict.update(USER=who["USER"], PASSWORD=who["PASSWORD"])


def _owner(database: str) -> psycopg.Connection[Any]:
    params = connection.get_connection_params() | {"dbname": database}
    owner = values.database(settings.OWNER_DATABASE_URL)
    params |= {"user": owner["USER"], "password": owner["PASSWORD"]}
    keep = ("dbname", "user", "password", "host", "port")
    return psycopg.connect(autocommit=True, **{k: params[k] for k in keep if params.get(k)})


def _drop(server: psycopg.Connection[Any], name: sql.Identifier) -> None:
    """Autovacuum may be in it: it is the superuser's, so that we cannot end it, but it never stays long."""
    for patience in (0.2, 0.5, 1.0, 3.0, 0.0):
        try:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            return
        except psycopg.errors.InsufficientPrivilege:
            if not patience:
                raise
            time.sleep(patience)


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings: None, django_db_blocker: Any) -> Iterator[None]:
    """Migrate as the owner, then let every test run as the role that the running processes use."""
    owner, running = values.database(settings.OWNER_DATABASE_URL), dict(settings.DATABASES["default"])
    with django_db_blocker.unblock():
        _enter_as(owner)
        made = setup_databases(verbosity=0, interactive=False)
        name = str(connection.settings_dict["NAME"])
        _enter_as(running)
        with _owner(name) as rights:
            grant(rights, str(running["USER"]))
        with _owner("postgres") as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(f"{name}_clean")))
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (f"{name}_clean", name)))
            )
    yield
    with django_db_blocker.unblock():
        with _owner("postgres") as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(f"{name}_clean")))
        _enter_as(owner)
        teardown_databases(made, verbosity=0)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, for stories that commit: several connections, threads, processes.

    Gives its URL for the running role.
    """
    shared = str(connection.settings_dict["NAME"])
    mine = f"{shared}_own"
    names = [sql.Identifier(mine), sql.Identifier(f"{shared}_clean")]
    with django_db_blocker.unblock():
        connection.close()
        with _owner("postgres") as server:
            _drop(server, names[0])
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        connection.settings_dict["NAME"] = mine
        before, _, query = str(values.text("DATABASE_URL")).partition("?")
        yield f"{before.rsplit('/', 1)[0]}/{mine}?{query}"
        connection.close()
        connection.settings_dict["NAME"] = shared
        with _owner("postgres") as server:
            _drop(server, names[0])
