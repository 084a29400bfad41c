"""Jobs of the payments room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forbear.core import clock


@app.periodic(cron="10 * * * *")
@app.task(name="payments.overdue", queue="housekeeping", queueing_lock="payments.overdue")
def overdue(timestamp: int) -> None:
    """Ten past every hour: somewhere it is ten past midnight, and yesterday's last promises are overdue."""
    from .promising import overdue_promises

    with clock.one_reading():
        overdue_promises(at=clock.now())
