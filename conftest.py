"""Fixtures for every test: a migrated database entered as the running role, and the cast."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
import pytest
from coverage import Coverage
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql

from forbear import settings as values
from forbear.grants import grant

Set = TypeVar("Set")

pytest_plugins = ["tests.cast", "tests.door"]
settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *settings.PASSWORD_HASHERS[1:]]


# As the engine does: stories make millions of objects, and looking through them after every 700 took each tenth second.
gc.set_threshold(50_000, 20, 100)


def pytest_collection_finish() -> None:
    """The program and its stories, once read, stay to the end: nobody need look through them for garbage."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long stories first, so that no worker of a parallel run is left with one of them at the end."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("process", "browser"))))


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


@contextmanager
def _untraced() -> Iterator[None]:
    """Coverage looks away from the migrations: it does not count them, and would double their time."""
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        measuring.start()


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings: None, django_db_blocker: Any) -> Iterator[str]:
    """Migrate as the owner, then let every test run as the role that the running processes use.

    Gives the name of the database.
    """
    owner, running = values.database(settings.OWNER_DATABASE_URL), dict(settings.DATABASES["default"])
    with django_db_blocker.unblock():
        _enter_as(owner)
        with _untraced():
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
    yield name
    with django_db_blocker.unblock():
        with _owner("postgres") as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(f"{name}_clean")))
        _enter_as(owner)
        teardown_databases(made, verbosity=0)


@contextmanager
def _in_a_copy(shared: str, kind: str) -> Iterator[str]:
    """Django's connection leads into a copy of the migrated database meanwhile; gives its name."""
    mine, before = f"{shared}_{kind}", connection.settings_dict["NAME"]
    names = [sql.Identifier(mine), sql.Identifier(f"{shared}_clean")]
    connection.close()
    with _owner("postgres") as server:
        _drop(server, names[0])
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    connection.settings_dict["NAME"] = mine
    yield mine
    connection.close()
    connection.settings_dict["NAME"] = before
    with _owner("postgres") as server:
        _drop(server, names[0])


@pytest.fixture
def own_database(django_db_setup: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, for stories that commit: several connections, threads, processes.

    Gives its URL for the running role.
    """
    with django_db_blocker.unblock(), _in_a_copy(django_db_setup, "own") as mine:
        before, _, query = str(values.text("DATABASE_URL")).partition("?")
        yield f"{before.rsplit('/', 1)[0]}/{mine}?{query}"


@pytest.fixture(scope="module")
def stage(django_db_setup: str, django_db_blocker: Any) -> Iterator[Callable[[Callable[[], Set]], Set]]:
    """A database of this file's own. `stage(build)` makes, once, the rows that each of its tests begins with."""

    def build(verb: Callable[[], Set]) -> Set:
        with django_db_blocker.unblock():
            made = verb()
            connection.close()
        return made

    with _in_a_copy(django_db_setup, "stage"):
        yield build
