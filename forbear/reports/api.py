"""`/v1/reports`: the reports as figures."""

from __future__ import annotations

from ninja import Query
from pydantic import BaseModel

from forbear.core import clock
from forbear.web.routes import Asked, Router
from forbear.web.wire import Day

from .contacts import kept_report, span_of
from .schemas import ContactReportShown

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
