"""Jobs of the imports room."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from forbear.core import clock

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.task(name="imports.apply", queue="imports", retry=_AGAIN)
def apply(import_id: int) -> None:
    """Bring a file in. Repeating it is harmless."""
    from . import actions

    with clock.one_reading():
        actions.apply_import(import_id=import_id, at=clock.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="imports.forget", queue="imports", queueing_lock="imports.forget")
def forget(timestamp: int) -> None:
    """Files that nobody said yes to within two days do not stay about."""
    from . import actions, queries

    with clock.one_reading():
        for batch in queries.abandoned(at=clock.now()):
            actions.discard_import(batch=batch)


@app.periodic(cron="*/2 * * * *")
@app.task(name="imports.resume", queue="imports", queueing_lock="imports.resume")
def resume(timestamp: int) -> None:
    """Imports whose worker was killed start again from the beginning; nothing of them had been saved."""
    from . import queries

    with clock.one_reading():
        for import_id in queries.unfinished(at=clock.now()):
            apply.defer(import_id=import_id)
