"""Jobs of the accounts room."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from forbear.core import clock

if TYPE_CHECKING:
    from forbear.staff.models import Organization

SCORED_AT_ONCE = 50_000
"""Of so many accounts somebody waits for the scores; more are a worker's."""


@app.periodic(cron="40 8 * * *")
@app.task(name="accounts.score", queue="housekeeping", queueing_lock="accounts.score")
def score(timestamp: int) -> None:
    """Night in the Americas: every live account by the scorecard, for organizations that want it."""
    from . import scorecard

    with clock.one_reading():
        scorecard.score_everywhere(at=clock.now())


@app.task(name="accounts.score_organization", queue="housekeeping")
def score_organization(organization_id: int, actor: str) -> None:
    """One organization's, because somebody asked. Repeating it is harmless."""
    from forbear.staff.models import Organization

    from .scorecard import score_all

    with clock.one_reading():
        score_all(organization=Organization.objects.get(pk=organization_id), actor=actor, at=clock.now())


def score_many(*, organization: Organization, actor: str) -> bool:
    """Leave it to a worker where there are more accounts than somebody waits for; False where there are not. One job
    that has not begun yet is enough for everybody who asks.
    """
    from .queries import more_than

    if not more_than(SCORED_AT_ONCE, organization):
        return False
    once = score_organization.configure(queueing_lock=f"accounts.score_organization:{organization.pk}")
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        once.defer(organization_id=organization.pk, actor=actor)
    return True


@app.periodic(cron="10 * * * *")
@app.task(name="accounts.move_buckets", queue="housekeeping", queueing_lock="accounts.move_buckets")
def move_buckets(timestamp: int) -> None:
    """Ten past every hour: somewhere it is ten past midnight, and days past due are one more."""
    from . import buckets

    with clock.one_reading():
        buckets.move_buckets(at=clock.now())
