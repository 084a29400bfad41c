"""The database is stopped and started again while everything runs, and a worker is told to stop: nothing is lost,
nothing is sent twice, and nobody restarts anything by hand."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from forbear.campaigns import actions
from forbear.channels.models import ProviderAccount
from forbear.dispatch.models import Message, QueueItem
from forbear.dispatch.reaper import reap
from forbear.postgres import Running
from forbear.sandbox.models import Clock, PaperText
from tests.cast import TUESDAY, found, owes
from tests.engine_room import broadcast

pytestmark = pytest.mark.process
CHECKOUT = Path(__file__).parents[2]
PEOPLE = 60


def wait_until(true: Callable[[], Any], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


@contextmanager
def running(*words: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "forbear", *words]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=os.environ | environment, **quiet)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def it_is_tuesday() -> None:
    """The sandbox's clock, so that America is awake."""
    Clock.objects.create(pk=1, offset=TUESDAY - datetime.now(UTC), moved_at=TUESDAY)


def sixty_people_wait(rate: int) -> None:
    """A launched broadcast at a gateway that takes so many texts a second."""
    it_is_tuesday()
    organization = found("Larkfield Recovery")
    ProviderAccount.objects.update(rate_per_second=rate)
    people = [owes(organization, f"Person {n}", f"+131255501{n:02}") for n in range(PEOPLE)]
    actions.activate(campaign=broadcast(organization, people), actor="system", at=TUESDAY)


def taken() -> int:
    return PaperText.objects.filter(direction="out").count()


def nobody_was_written_to_twice() -> bool:
    texts = PaperText.objects.filter(direction="out")
    return texts.values("phone").distinct().count() == texts.count() and not texts.filter(repeats__gt=0).exists()


def stop(server: Running, word: signal.Signals) -> None:
    os.kill(server.postmaster.pid, word)
    wait_until(lambda: not server.alive())
    connection.close()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_the_database_goes_away_twice_and_comes_back(cluster, port):
    server = cluster.ensure_running()
    url = f"http://127.0.0.1:{port}"
    where = {"DATABASE_URL": server.app_url, "FORBEAR_OWNER_DATABASE_URL": server.owner_url}
    with running("serve", "--port", str(port), FORBEAR_HOME=str(cluster.home.parent / "house"), **where):
        wait_until(lambda: answer(f"{url}/health")[0] == 200)
        sixty_people_wait(rate=10)
        for word, sent_before in ((signal.SIGKILL, 10), (signal.SIGINT, 30)):
            wait_until(lambda sent=sent_before: taken() >= sent)
            stop(server, word)
            assert_calm(url)
            server.stop()
            server = cluster.ensure_running()
        wait_until(lambda: not QueueItem.objects.filter(status="pending").exists())
    reap(at=TUESDAY + timedelta(hours=1))
    assert set(QueueItem.objects.values_list("status", flat=True)) == {"completed"}
    assert Message.objects.exclude(status__in=["sent", "delivered"]).count() <= 2 * 10
    assert Message.objects.filter(status__in=["sent", "delivered"]).count() <= taken() <= PEOPLE
    assert nobody_was_written_to_twice()
    server.stop()


def assert_calm(url: str) -> None:
    """One sentence for people, one for programs, and no trace of what broke."""
    sentence = "The database does not answer at the moment. Nothing is lost; try again shortly."
    wait_until(lambda: answer(f"{url}/login")[0] != 200)  # its connections outlive a killed server for a moment
    for path in ("/login", "/v1/engine"):
        status, text = answer(f"{url}{path}")
        assert (status, sentence in text, "Traceback" in text) == (503, True, False)
    assert answer(f"{url}/health")[0] == 503


def test_a_worker_told_to_stop_in_the_middle_of_a_long_queue_drains(own_database, owner_url):
    sixty_people_wait(rate=3)
    with running("worker", DATABASE_URL=own_database, FORBEAR_OWNER_DATABASE_URL=owner_url) as worker:
        wait_until(lambda: taken() >= 3)
        worker.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        assert worker.wait(timeout=60) == 0
        assert time.monotonic() - asked < 15
    assert not Message.objects.filter(status="sending").exists()
    statuses = list(QueueItem.objects.values_list("status", flat=True))
    assert statuses.count("completed") == taken() < PEOPLE
    assert statuses.count("pending") == PEOPLE - taken()
    assert nobody_was_written_to_twice()
