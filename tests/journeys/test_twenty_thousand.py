"""A campaign of twenty thousand messages whose workers are killed at random moments, and once its database too:
nobody is contacted twice for one step, nobody is lost, and every message of which nobody knows is named."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection

from bench.broadcast import AT, fill
from forbear.campaigns import actions
from forbear.campaigns.models import Enrollment
from forbear.compliance.models import Entry
from forbear.dispatch.carrier import carry_until_idle
from forbear.dispatch.models import Message, QueueItem
from forbear.dispatch.reaper import ask_once_more, reap
from forbear.sandbox.models import PaperText
from tests.workers import Worker

pytestmark = pytest.mark.process

PEOPLE = 20_000
WORKERS = 2
KILLS = 6


def carry() -> None:
    """A worker as it works: batch after batch; while the database is away it waits, as the job loop does."""
    while True:
        try:
            if carry_until_idle(at=AT).idle:
                break
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.2)


class Shift:
    """The workers at work: whoever is killed is replaced at once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._workers = [Worker(url, carry) for _ in range(WORKERS)]

    def kill_one(self, chance: random.Random) -> None:
        place = chance.randrange(WORKERS)
        self._workers[place].kill()
        self._workers[place] = Worker(self._url, carry)

    def finish(self) -> None:
        assert [worker.wait(240) for worker in self._workers] == [0] * WORKERS

    def end(self) -> None:
        for worker in self._workers:
            worker.kill()


def taken() -> int:
    return PaperText.objects.filter(direction="out").count()


def wait_until(true: Callable[[], Any], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def twenty_thousand_wait() -> None:
    organization, people, template = fill(PEOPLE)
    campaign = actions.create_campaign(
        organization=organization, kind="broadcast", name="All", template=template, contact_list=people,
        start_date=AT.date(), end_date=AT.date(), actor="system", at=AT,
    )  # fmt: skip
    actions.activate(campaign=campaign, actor="system", at=AT)


def everybody_was_contacted_once() -> None:
    """After the reaper has asked the gateway what became of what was in hand."""
    later = AT + timedelta(hours=1)
    while reap(at=later) or ask_once_more(at=later):
        pass
    texts = PaperText.objects.filter(direction="out")
    assert texts.values("phone").distinct().count() == texts.count()  # nobody twice
    assert not texts.filter(repeats__gt=0).exists()
    assert set(QueueItem.objects.values_list("status", flat=True)) == {"completed"}  # nobody is left over
    assert not Enrollment.objects.filter(status="open").exists()
    told = dict.fromkeys(Message.objects.values_list("item_id", flat=True), 0)
    assert len(told) == Message.objects.count() == PEOPLE
    uncertain = set(Message.objects.filter(status="uncertain").values_list("pk", flat=True))
    sent = Message.objects.filter(status__in=["sent", "delivered"]).count()
    assert sent == texts.count() == PEOPLE - len(uncertain)
    named = Entry.objects.filter(event="dispatch:message:uncertain").values_list("message_id", flat=True)
    assert uncertain <= set(named)  # each of them stands in the log


def test_workers_are_killed_at_random_moments(own_database):
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    sys.stdout.write(f"seed {seed}\n")  # a failure can be told again
    twenty_thousand_wait()
    shift = Shift(own_database)
    try:
        moments = sorted(chance.randrange(200, PEOPLE - 2_000) for _ in range(KILLS))
        for moment in moments:
            wait_until(lambda moment=moment: taken() >= moment)
            time.sleep(chance.random() / 4)
            shift.kill_one(chance)
        shift.finish()
    finally:
        shift.end()
    everybody_was_contacted_once()


def test_the_database_is_killed_and_comes_back(cluster):
    server = cluster.ensure_running()
    twenty_thousand_wait()
    shift = Shift(server.app_url)
    try:
        for moment, word in ((3_000, signal.SIGKILL), (9_000, signal.SIGINT)):
            wait_until(lambda moment=moment: taken() >= moment)
            os.kill(server.postmaster.pid, word)
            wait_until(lambda server=server: not server.alive())
            connection.close()
            server.stop()
            server = cluster.ensure_running()
        shift.finish()
    finally:
        shift.end()
    everybody_was_contacted_once()
    server.stop()
