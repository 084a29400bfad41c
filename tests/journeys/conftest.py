"""What journeys share: a server of an operator's own; and whatever a journey did, no row names one that is gone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from forbear import settings as values
from forbear.orphans import orphans
from forbear.postgres import Cluster


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
def cluster(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cluster]:
    """An operator's own server, which this process is connected to as well."""
    before = dict(connection.settings_dict)
    with tempfile.TemporaryDirectory(prefix="fbd-", dir="/tmp") as directory, django_db_blocker.unblock():
        Path(directory).chmod(0o755)
        cluster = Cluster(Path(directory) / "home", {"fsync": "off"})
        with cluster.ensure_running() as first:
            connection.close()
            connection.settings_dict.update(values.database(first.app_url))
            try:
                yield cluster
            finally:
                connection.close()
                connection.settings_dict.clear()
                connection.settings_dict.update(before)
                cluster.ensure_running().stop()
