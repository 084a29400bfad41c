"""Jobs only wake the batch loops. One waiting job of each kind is enough: the loop takes whatever is due."""

from __future__ import annotations

import contextlib
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from forbear.core import clock

from .calls import end_unheard
from .carrier import carry_until_idle
from .reaper import ask_once_more, reap
from .receipts import read_until_idle
from .referring import close_moot

# A worker that is told to stop lets its job finish: a long queue is carried in turns, each a job of its own.
TURN_SECONDS = 5.0


@app.task(name="dispatch.carry", queue="engine", queueing_lock="dispatch.carry")
def carry_due() -> None:
    with clock.one_reading():
        carried = carry_until_idle(at=clock.now(), seconds=TURN_SECONDS)
    if not carried.idle:
        wake(carry_due)


@app.task(name="dispatch.read", queue="engine", queueing_lock="dispatch.read")
def read_told() -> None:
    with clock.one_reading():
        read_until_idle(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="dispatch.every_minute", queue="engine", queueing_lock="dispatch.every_minute")
def every_minute(timestamp: int) -> None:
    """What was held may be due now; early receipts are tried again; what a dead worker left is settled, and
    what nobody has to decide any more is closed."""
    wake(read_told)
    wake(carry_due)
    with clock.one_reading():
        reap(at=clock.now())
        end_unheard(at=clock.now())
        ask_once_more(at=clock.now())
        close_moot(at=clock.now())


def wake_carrier() -> None:
    """In the caller's transaction: the job exists exactly if its cause does."""
    wake(carry_due)


def wake_reader() -> None:
    wake(read_told)


def wake(task: Any, **arguments: Any) -> None:
    """Defer the job unless one is already waiting, which will see this cause too."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(**arguments)
