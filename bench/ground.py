"""The ground of the measurements: a throw-away database of the embedded server, migrated, with fsync on as in production."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def ground() -> Iterator[None]:
    """Django is set up inside; the processes run as the restricted role, the tables belong to the owner."""
    from forbear.postgres import Cluster

    home = Path(tempfile.mkdtemp(prefix="fbb-"))
    home.chmod(0o711)
    running = Cluster(home).ensure_running()
    os.environ |= {
        "DATABASE_URL": running.app_url,
        "FORBEAR_OWNER_DATABASE_URL": running.owner_url,
        "FORBEAR_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "forbear.settings",
        "FORBEAR_LOG_LEVEL": "ERROR",
    }
    try:
        _migrate()
        yield
    finally:
        from django.db import connections

        connections.close_all()
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


def _migrate() -> None:
    import django

    django.setup()
    from forbear.migrating import migrate

    migrate()


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Seconds of real time, by name."""
    started = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - started


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
