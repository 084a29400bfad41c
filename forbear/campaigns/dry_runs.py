"""Dry runs: small ones are answered at once, large ones are walked by a worker and kept for a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction

from forbear.core.refusal import WrongState

from . import tasks
from .audience import size_of
from .models import Campaign, DryRun
from .rehearsal import USUAL_DAYS, rehearse
from .states import DRY_RUN, RunStatus, Status

log = structlog.get_logger("forbear.campaigns")

AT_ONCE = 5_000
KEPT = timedelta(days=1)
FAULT = "The dry run stopped because of a fault in the program; nothing was changed by it."
UNDER_WAY = (RunStatus.QUEUED, RunStatus.RUNNING)


class NothingToRehearse(WrongState):
    """A completed campaign sends nothing more: there is nothing to try."""


def is_small(campaign: Campaign) -> bool:
    """Whether it is walked within one request."""
    return size_of(campaign) <= AT_ONCE


def dry_run(campaign: Campaign, *, days: int = USUAL_DAYS, at: datetime) -> dict[str, Any]:
    """The next days of a campaign, at once; writes nothing. Raises NothingToRehearse."""
    _require_future(campaign)
    return rehearse(campaign, at=at, days=days)


def ask_for_dry_run(*, campaign: Campaign, days: int = USUAL_DAYS, actor: str, at: datetime) -> DryRun:
    """Let a worker walk it; while it does, asking again gives the same run. Raises NothingToRehearse."""
    _require_future(campaign)
    with transaction.atomic():
        run, made = DryRun.objects.get_or_create(
            organization=campaign.organization,
            campaign=campaign,
            days=days,
            status__in=UNDER_WAY,
            defaults={"asked_at": at, "asked_by": actor, "total": size_of(campaign), "status": RunStatus.QUEUED},
        )
        if made:
            tasks.rehearse.defer(run_id=run.pk)
    return run


def _require_future(campaign: Campaign) -> None:
    if campaign.status == Status.COMPLETED:
        raise NothingToRehearse


def walk(run_id: int, *, at: datetime) -> None:
    """The job: from the beginning, as of the moment it was asked for. Harmless to repeat."""
    parts = ("organization", "template", "contact_list", "strategy_version")
    run = DryRun.objects.select_related(*(f"campaign__{part}" for part in parts)).filter(pk=run_id).first()
    if run is None or not DRY_RUN.move(run, "start", done=0):
        return
    try:
        result = rehearse(run.campaign, at=run.asked_at, days=run.days, told=lambda *far: _tell(run_id, *far))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("dry run failed", dry_run=run_id)
        DRY_RUN.move(run, "fail", error=FAULT, finished_at=at)
    else:
        accounts = result["totals"]["accounts"]
        DRY_RUN.move(run, "finish", result=result, total=accounts, done=accounts, finished_at=at)


def _tell(run_id: int, done: int, total: int) -> None:
    DryRun.objects.filter(pk=run_id).update(done=done, total=total)


def newest(campaign: Campaign, *, days: int) -> DryRun | None:
    """The last run over so many days that is still kept."""
    return campaign.dry_runs.filter(days=days).order_by("-pk").first()


def forget_dry_runs(*, at: datetime) -> int:
    """Yesterday's calendars are no use to anybody; gives how many were forgotten."""
    return int(DryRun.objects.filter(asked_at__lt=at - KEPT).delete()[0])
