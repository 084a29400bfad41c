"""Jobs of the notices room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forbear.core import clock


@app.periodic(cron="5 * * * *")
@app.task(name="notices.digests", queue="housekeeping", queueing_lock="notices.digests")
def digests(timestamp: int) -> None:
    """Once an hour it is morning somewhere."""
    from .letters import send_digests

    with clock.one_reading():
        send_digests(at=clock.now())


@app.periodic(cron="37 3 * * *")
@app.task(name="notices.forget", queue="housekeeping", queueing_lock="notices.forget")
def forget(timestamp: int) -> None:
    """What nobody is told any more does not stay about: it names people."""
    from .actions import forget_notices

    with clock.one_reading():
        forget_notices(at=clock.now())
