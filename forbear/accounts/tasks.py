"""Jobs of the accounts room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forbear.compliance.actions import SYSTEM
from forbear.core import clock


@app.periodic(cron="40 8 * * *")
@app.task(name="accounts.score", queue="housekeeping", queueing_lock="accounts.score")
def score(timestamp: int) -> None:
    """Night in the Americas: every live account by the scorecard, for organizations that want it."""
    from forbear.staff.models import Organization

    from .scorecard import score_all

    with clock.one_reading():
        for organization in Organization.objects.filter(scores_nightly=True):
            score_all(organization=organization, actor=SYSTEM, at=clock.now())


@app.periodic(cron="10 * * * *")
@app.task(name="accounts.move_buckets", queue="housekeeping", queueing_lock="accounts.move_buckets")
def move_buckets(timestamp: int) -> None:
    """Ten past every hour: somewhere it is ten past midnight, and days past due are one more."""
    from . import buckets

    with clock.one_reading():
        buckets.move_buckets(at=clock.now())
