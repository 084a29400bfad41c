"""Jobs of the documents room."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from forbear.core import clock


@app.periodic(cron="10 * * * *")
@app.task(name="documents.derive", queue="housekeeping", queueing_lock="documents.derive")
def derive(timestamp: int) -> None:
    """Where due dates decide, a loan is BEHIND once its own has passed; hourly, for each zone has its midnight."""
    from . import following

    with clock.one_reading():
        following.derive_everywhere(at=clock.now())


@app.task(name="documents.start_many", queue="housekeeping", retry=RetryStrategy(max_attempts=3, wait=5))
def start_many(bulk_id: int) -> None:
    """Start the outreach of many documents. Repeating it is harmless: a document has one."""
    from . import bulk

    with clock.one_reading():
        bulk.carry_out(bulk_id, at=clock.now())


@app.periodic(cron="29 3 * * *")
@app.task(name="documents.forget", queue="housekeeping", queueing_lock="documents.forget")
def forget(timestamp: int) -> None:
    """Files of documents that nobody said yes to do not stay about."""
    from . import importing

    with clock.one_reading():
        importing.forget_files(at=clock.unmoved())
