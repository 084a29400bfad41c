"""Dry runs on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from pydantic import Field

from forbear.web.wire import Given, MoneyShown, Shown

from .models import DryRun
from .rehearsal import MOST_DAYS, USUAL_DAYS
from .states import RunStatus


class DryRunGiven(Given):
    """Over how many days, today being the first."""

    days: int = Field(default=USUAL_DAYS, ge=1, le=MOST_DAYS)


class DryDay(Shown):
    """A day of the campaign's zone. `held`: due, and still waiting when the day ends; they appear again on the day on
    which they would leave. `cost` is null where no price is known.
    """

    date: date
    would_send: int
    held: int
    refused: int
    needs_person: int
    segments: int
    cost: MoneyShown | None


class DryReason(Shown):
    """One reason with some of the accounts that it concerns; `rule` is empty where no rule of the law says so."""

    reason: str
    rule: str
    pack: str
    say: str
    cite: list[str]
    count: int
    sample_accounts: list[str]


class DryHold(Shown):
    """So many contacts that wait for the same reason until the same moment; null: nobody knows until when."""

    reason: str
    rule: str
    pack: str
    say: str
    cite: list[str]
    until: datetime | None
    count: int


class DryCaveat(Shown):
    """Something to know; `count` is null where it concerns all."""

    code: str
    say: str
    count: int | None


class DrySample(Shown):
    """One text as one consumer would read it."""

    account_id: str
    channel: str
    text: str
    segments: int
    would_leave_at: datetime


class DryTotals(Shown):
    """Over all the days. `held` still wait when the last one ends, `later` are not due before."""

    accounts: int
    would_send: int
    held: int
    refused: int
    needs_person: int
    later: int
    segments: int
    cost: MoneyShown | None


class DryRunTold(Shown):
    """What the campaign would do, as everything stood at `at`."""

    campaign_id: str
    at: datetime
    time_zone: str
    from_: date = Field(alias="from", serialization_alias="from")
    days: list[DryDay]
    refused: list[DryReason]
    needs_person: list[DryReason]
    held: list[DryHold]
    warnings: list[DryCaveat]
    samples: list[DrySample]
    totals: DryTotals


class DryRunShown(Shown):
    """A dry run that a worker walks: `done` of `total` accounts so far, and in the end its `result`."""

    id: str
    campaign_id: str
    status: RunStatus
    days: int
    done: int
    total: int
    error: str
    asked_at: datetime
    finished_at: datetime | None
    result: DryRunTold | None

    @classmethod
    def of(cls, run: DryRun) -> Self:
        return cls(
            id=run.public_id,
            campaign_id=run.campaign.public_id,
            status=RunStatus(run.status),
            days=run.days,
            done=run.done,
            total=run.total,
            error=run.error,
            asked_at=run.asked_at,
            finished_at=run.finished_at,
            result=DryRunTold.model_validate(run.result) if run.result is not None else None,
        )
