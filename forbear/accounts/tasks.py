"""Jobs of the accounts room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forbear.core import clock


@app.periodic(cron="40 8 * * *")
@app.task(name="accounts.score", queue="housekeeping", queueing_lock="accounts.score")
def score(timestamp: int) -> None:
    """Night in the Americas: every live account by the scorecard, for organizations that want it."""
    from . import scorecard

    with clock.one_reading():
        scorecard.score_everywhere(at=clock.now())


@app.periodic(cron="10 * * * *")
@app.task(name="accounts.move_buckets", queue="housekeeping", queueing_lock="accounts.move_buckets")
def move_buckets(timestamp: int) -> None:
    """Ten past every hour: somewhere it is ten past midnight, and days past due are one more."""
    from . import buckets

    with clock.one_reading():
        buckets.move_buckets(at=clock.now())
