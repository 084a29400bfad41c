"""`/v1/campaigns/{id}/dry-run`"""

from __future__ import annotations

from ninja import Body, Status

from forbear.core import clock
from forbear.web.routes import Asked, Router
from forbear.web.wire import found

from . import dry_runs
from .models import Campaign, DryRun
from .schemas_dry_run import DryRunGiven, DryRunShown, DryRunTold

router = Router("campaigns")
USUAL_DAYS = Body(DryRunGiven())
PARTS = ("strategy_version__strategy", "template", "contact_list", "segment", "sender")


def campaign_of(request: Asked, campaign_id: str) -> Campaign:
    """The organization's campaign. Raises NotFound."""
    rows = Campaign.objects.of(request.auth.organization).select_related("organization", *PARTS)
    return found(rows, campaign_id)


@router.post("/campaigns/{campaign_id}/dry-run", response={200: DryRunTold, 202: DryRunShown})
def dry_run(
    request: Asked, campaign_id: str, given: DryRunGiven = USUAL_DAYS
) -> Status[DryRunTold] | Status[DryRunShown]:
    """What the campaign would do: what leaves on which day, what is held until when, what is refused and why.

    Nothing is sent and nothing is planned. Up to 5,000 accounts are answered at once; for more, 202 names a run to ask
    for, which is kept for a day.
    """
    campaign, at = campaign_of(request, campaign_id), clock.now()
    if dry_runs.is_small(campaign):
        told = dry_runs.dry_run(campaign, days=given.days, at=at)
        return Status(200, DryRunTold.model_validate(told))
    run = dry_runs.ask_for_dry_run(campaign=campaign, days=given.days, actor=request.auth.actor, at=at)
    return Status(202, DryRunShown.of(run))


@router.get("/campaigns/{campaign_id}/dry-run/{run_id}", response=DryRunShown)
def read_dry_run(request: Asked, campaign_id: str, run_id: str) -> DryRunShown:
    """How far a dry run is, and in the end what it told."""
    runs = DryRun.objects.of(request.auth.organization).filter(campaign=campaign_of(request, campaign_id))
    return DryRunShown.of(found(runs.select_related("campaign"), run_id))
