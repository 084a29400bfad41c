"""`/v1/reports`: the reports as figures."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponseBase
from ninja import Query
from pydantic import BaseModel, Field

from forbear.accounts.models import local_day
from forbear.campaigns.models import Campaign
from forbear.core import clock
from forbear.web.exports import csv_response
from forbear.web.routes import Asked, Router
from forbear.web.wire import Day, file_of, found

from . import aging, operations
from .contacts import kept_report, span_of
from .moves import moves_between
from .schemas import AgingShown, BucketMovesShown, ContactReportShown, SummaryShown

router = Router("reports")


class Days(BaseModel):
    """Days of the organization, both included; this year up to today unless told."""

    start_date: Day | None = None
    end_date: Day | None = None


@router.get("/reports/compliance", response=ContactReportShown)
def read_compliance(request: Asked, days: Query[Days]) -> ContactReportShown:
    """Contacts outside the allowed hours (an empty list, or named), ages of opt-outs, contacts by the consumer's hour,
    and what rules held back. Every message is judged again, from what was recorded with it.
    """
    organization = request.auth.organization
    span = span_of(organization, days.start_date, days.end_date, at=clock.now())
    return ContactReportShown.of(kept_report(organization, span))


class AgingAsked(BaseModel):
    """As JSON or as a file; of all accounts or of one campaign's."""

    format: Literal["json", "csv"] = "json"
    campaign_id: str = Field(default="", max_length=60)


@router.get("/reports/aging", response=AgingShown, openapi_extra=file_of("text/csv"))
def read_aging(request: Asked, asked: Query[AgingAsked]) -> AgingShown | HttpResponseBase:
    """What is open by days past due, in the organization's own buckets, each currency by itself. `format=csv` answers
    with the same as a file.
    """
    organization = request.auth.organization
    campaign = found(Campaign.objects.of(organization), asked.campaign_id) if asked.campaign_id else None
    report = aging.aging(organization, today=local_day(clock.now(), organization.time_zone), campaign=campaign)
    if asked.format == "csv":
        return csv_response("aging.csv", aging.HEADER, aging.lines_of(report))
    return AgingShown.of(report, asked.campaign_id or None)


@router.get("/reports/bucket-moves", response=BucketMovesShown)
def read_bucket_moves(request: Asked, days: Query[Days]) -> BucketMovesShown:
    """How many accounts came into another bucket of days past due on each day; the last thirty days unless told."""
    organization = request.auth.organization
    today = local_day(clock.now(), organization.time_zone)
    span = operations.span_of(days.start_date, days.end_date, today=today)
    return BucketMovesShown.of(span, moves_between(organization, span.begin, span.end))


class SummaryAsked(Days):
    """As JSON or as a file; the last thirty days unless told."""

    format: Literal["json", "csv"] = "json"


@router.get("/reports/operational-summary", response=SummaryShown, openapi_extra=file_of("text/csv"))
def read_operational_summary(request: Asked, asked: Query[SummaryAsked]) -> SummaryShown | HttpResponseBase:
    """Attempts, what they reached, promises, money that came in, escalations; one line for each channel."""
    organization = request.auth.organization
    today = local_day(clock.now(), organization.time_zone)
    span = operations.span_of(asked.start_date, asked.end_date, today=today)
    report = operations.summary(organization, span)
    if asked.format == "csv":
        return csv_response("operational-summary.csv", operations.HEADER, operations.lines_of(report))
    return SummaryShown.of(report)
