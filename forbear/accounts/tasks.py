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
