"""A pytest plugin (`-p forbear.postgres.testing`): one throw-away PostgreSQL for the whole test run.

Loaded before Django's settings are read; with DATABASE_URL set by the caller, that server is used instead. Workers of a
parallel run inherit the address from the process that started it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from forbear.postgres import Cluster, Running

_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}
_started: list[tuple[Running, Path]] = []


def _start() -> None:
    home = Path(tempfile.mkdtemp(prefix="fbt-"))
    home.chmod(0o711)
    running = Cluster(home, _QUICK).ensure_running()
    _started.append((running, home))
    os.environ["DATABASE_URL"] = running.app_url
    os.environ["FORBEAR_OWNER_DATABASE_URL"] = running.owner_url
    os.environ["FORBEAR_HOME"] = str(home)


if "DATABASE_URL" not in os.environ:
    _start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    while _started:
        running, home = _started.pop()
        running.stop()
        shutil.rmtree(home, ignore_errors=True)
