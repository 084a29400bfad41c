"""The report on contacts in figures and words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from forbear.web.formats import plural, share
from forbear.web.navigation import address
from forbear.web.parts import Figure

from .contacts import Ages, ContactReport, Span, kept_report, span_of

if TYPE_CHECKING:
    from forbear.staff.models import Organization

STEPS = ((86400, "d"), (3600, "h"), (60, "min"))


def seconds(many: float) -> str:
    """`0.3 s`, `4 min`, `2 d`: the largest unit that is full."""
    for size, word in STEPS:
        if many >= size:
            return f"{many / size:.0f} {word}"
    return f"{many:.1f} s"


AT_ONCE = 50_000
"""So many messages are judged again while somebody waits for a page that is about something else."""


def figures_of_the_year(organization: Organization, at: datetime) -> list[Figure]:
    """Two figures, or the way to them where they would take long."""
    span, url = span_of(organization, None, None, at=at), address("report_outside_hours")
    if _are_many(organization, span):
        return [Figure(label="Contacts outside hours", figure="–", note="see the report", url=url)]
    report = kept_report(organization, span)
    outside = Figure(label="Contacts outside hours", figure=f"{report.outside_count:,}", note="this year", url=url)
    return [outside, ages(report.opt_outs)[0]]


def _are_many(organization: Organization, span: Span) -> bool:
    begin, _ = span.within(organization)
    some = "SELECT FROM dispatch_message WHERE organization_id = %s AND at >= %s LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({some}) m", [organization.pk, begin, AT_ONCE + 1])  # noqa: S608
        return bool(cursor.fetchone()[0] > AT_ONCE)


def figures(report: ContactReport) -> list[Figure]:
    aside = report.not_judged + report.unrecorded
    return [
        Figure(label="Contacts outside hours", figure=f"{report.outside_count:,}", note=_of(report)),
        Figure(label="Contacts judged again", figure=f"{report.contacts - aside:,}", note="each by what was recorded"),
        Figure(label="Not to be judged", figure=f"{aside:,}", note="no place or no decision was recorded"),
        *ages(report.opt_outs)[:1],
    ]


def _of(report: ContactReport) -> str:
    return f"of {plural(report.contacts, 'contact')}"


def ages(told: Ages) -> list[Figure]:
    if not told.recorded:
        return [Figure(label="Opt-outs obeyed", figure="–", note="nobody opted out")]
    last = (
        f"the last message {seconds(told.slowest_to_last_message)} after the record"
        if told.late
        else "nothing left afterwards"
    )
    return [
        Figure(label="Opt-outs obeyed", figure=share(told.obeyed, told.recorded), note=last),
        Figure(label="Opt-outs recorded", figure=f"{told.recorded:,}", note=f"{told.obeyed:,} obeyed at once"),
        Figure(
            label="From the wish to our record",
            figure=seconds(told.median_to_record),
            note=f"slowest: {seconds(told.slowest_to_record)}",
        ),
        Figure(
            label="From our record to the last message",
            figure=seconds(told.median_to_last_message),
            note=f"slowest: {seconds(told.slowest_to_last_message)}",
        ),
    ]
