"""Jobs wake the gateway's report and the consumers; both take whatever is due."""

from __future__ import annotations

import contextlib

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from forbear.core import clock

# A receipt should not overtake the answer to the call that it is about.
PAUSE_SECONDS = 1


@app.task(name="sandbox.play", queue="engine", queueing_lock="sandbox.play")
def play() -> None:
    from .actions import play_until_idle

    with clock.one_reading():
        play_until_idle(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="sandbox.every_minute", queue="engine", queueing_lock="sandbox.every_minute")
def every_minute(timestamp: int) -> None:
    """Receipts with a delay and consumers who take their time."""
    play()


def wake() -> None:
    """In the caller's transaction; one waiting job is enough."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        play.configure(schedule_in={"seconds": PAUSE_SECONDS}).defer()
