"""What journeys share: a server of an operator's own; and whatever a journey did, no row names one that is gone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, PIPE, run
from typing import Any

import pytest
from django.db import connection

from forbear import settings as values
from forbear.orphans import orphans
from forbear.postgres import Cluster, Running
from forbear.postgres.binaries import find_binaries


@pytest.fixture(autouse=True)
def no_orphans(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the stories of the shared database, before it forgets them."""
    shared = "db" in request.fixturenames
    if shared:
        request.getfixturevalue("db")
    yield
    if shared:
        assert orphans() == []


@pytest.fixture
def cluster(django_db_setup: str, django_db_blocker: Any) -> Iterator[Cluster]:
    """An operator's own server with our tables, which this process is connected to as well."""
    before = dict(connection.settings_dict)
    with tempfile.TemporaryDirectory(prefix="fbd-", dir="/tmp") as directory, django_db_blocker.unblock():
        Path(directory).chmod(0o755)
        cluster = Cluster(Path(directory) / "home", {"fsync": "off"})
        with cluster.ensure_running() as first:
            _copy_tables(f"{django_db_setup}_clean", first)
            connection.close()
            connection.settings_dict.update(values.database(first.app_url))
            try:
                yield cluster
            finally:
                connection.close()
                connection.settings_dict.clear()
                connection.settings_dict.update(before)
                cluster.ensure_running().stop()


def _copy_tables(database: str, server: Running) -> None:
    """What migrating would make there, in a tenth of the time; starting the program finds nothing to migrate."""
    programs = find_binaries()
    dump, load = programs.directory / "pg_dump", programs.directory / "psql"
    tables = run([dump, "--dbname", _owner_url(database)], env=programs.environment(), stdout=PIPE, check=True).stdout
    into = [load, "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", server.owner_url]
    run(into, env=programs.environment(), input=tables, stdout=DEVNULL, check=True)


@pytest.fixture
def owner_url(own_database: str) -> str:
    """The story's own database, entered by the role that owns its tables."""
    return _owner_url(own_database.partition("?")[0].rsplit("/", 1)[1])


def _owner_url(database: str) -> str:
    before, _, query = str(values.OWNER_DATABASE_URL).partition("?")
    return f"{before.rsplit('/', 1)[0]}/{database}?{query}"
