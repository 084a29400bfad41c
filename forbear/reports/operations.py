"""The operational summary: what was tried on some days, what it reached, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization

MOST_DAYS = 731
USUAL_DAYS = 30


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the organization, both included."""

    begin: date
    end: date


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel: what left, what arrived (a call: reached the person), what was answered, what did not arrive."""

    channel: str
    attempts: int
    delivered: int
    responded: int
    failed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Rates are None where there is nothing to divide by."""

    span: Span
    channels: Sequence[ChannelLine]
    promises_created: int
    promises_kept: int
    """Of those that were created in these days."""
    promises_fulfilled: int
    """In these days, whenever they were created."""
    recovered: Sequence[Money]
    escalations: int

    @property
    def attempts(self) -> int:
        return sum(line.attempts for line in self.channels)

    @property
    def reached(self) -> int:
        return sum(line.delivered for line in self.channels)

    @property
    def contact_rate(self) -> float | None:
        return self.reached / self.attempts if self.attempts else None

    @property
    def fulfilment_rate(self) -> float | None:
        return self.promises_kept / self.promises_created if self.promises_created else None


def span_of(begin: date | None, end: date | None, *, today: date) -> Span:
    """The last thirty days unless told. Raises Invalid."""
    end = end or max(today, begin or today)
    begin = begin or end - timedelta(days=USUAL_DAYS - 1)
    if begin > end:
        raise Invalid("The first day comes after the last one.", fields={"start_date": "Choose an earlier day."})
    if (end - begin).days >= MOST_DAYS:
        raise Invalid(f"Ask about at most {MOST_DAYS} days.", fields={"start_date": "Choose a later day."})
    return Span(begin, end)


_CHANNELS = """
SELECT m.channel,
       count(*) FILTER (WHERE m.direction = 'out' AND m.status NOT IN ('queued', 'sending')),
       count(*) FILTER (WHERE m.direction = 'out' AND CASE WHEN m.channel = 'voice' THEN c.result = 'right_party'
                                                           ELSE m.status = 'delivered' END),
       count(*) FILTER (WHERE m.direction = 'in' OR c.keys <> ''),
       count(*) FILTER (WHERE m.direction = 'out' AND m.status IN ('undelivered', 'rejected'))
FROM dispatch_message m LEFT JOIN dispatch_call c ON c.message_id = m.id
WHERE m.organization_id = %(organization)s AND m.at >= %(since)s AND m.at < %(until)s
GROUP BY 1 ORDER BY 1"""

_OUTCOMES = """
SELECT (SELECT count(*) FROM payments_promise p
        WHERE p.organization_id = %(organization)s AND p.made_at >= %(since)s AND p.made_at < %(until)s),
       (SELECT count(*) FROM payments_promise p WHERE p.organization_id = %(organization)s
          AND p.made_at >= %(since)s AND p.made_at < %(until)s AND p.status = 'fulfilled'),
       (SELECT count(*) FROM payments_promise p WHERE p.organization_id = %(organization)s
          AND p.status = 'fulfilled' AND p.moved_at >= %(since)s AND p.moved_at < %(until)s),
       (SELECT count(*) FROM cases_escalation e WHERE e.organization_id = %(organization)s
          AND e.escalated_at >= %(since)s AND e.escalated_at < %(until)s)"""

_RECOVERED = """
SELECT currency, sum(amount_minor)::bigint FROM payments_payment
WHERE organization_id = %(organization)s AND reversed_at IS NULL AND paid_on BETWEEN %(begin)s AND %(end)s
GROUP BY 1 ORDER BY 1"""


def summary(organization: Organization, span: Span) -> Summary:
    """Three statements. A message counts on the day when it was made ready to leave."""
    zone = ZoneInfo(organization.time_zone)
    values: dict[str, Any] = {
        "organization": organization.pk,
        "since": datetime.combine(span.begin, time(), zone),
        "until": datetime.combine(span.end + timedelta(days=1), time(), zone),
        "begin": span.begin,
        "end": span.end,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHANNELS, values)
        channels = [ChannelLine(*row) for row in cursor.fetchall()]
        cursor.execute(_OUTCOMES, values)
        created, kept, fulfilled, escalations = cursor.fetchone() or (0, 0, 0, 0)
        cursor.execute(_RECOVERED, values)
        recovered = [Money(minor, currency) for currency, minor in cursor.fetchall()]
    return Summary(span, channels, created, kept, fulfilled, recovered, escalations)


HEADER = ("measure", "channel_or_currency", "value")


def lines_of(report: Summary) -> Iterator[tuple[str, str, object]]:
    """The report as rows of a file; a rate of nothing is a dash."""
    yield "start_date", "", report.span.begin
    yield "end_date", "", report.span.end
    yield "total_attempts", "", report.attempts
    yield "contact_rate", "", _rate(report.contact_rate)
    yield "fulfilment_rate", "", _rate(report.fulfilment_rate)
    yield "promises_created", "", report.promises_created
    yield "promises_fulfilled", "", report.promises_fulfilled
    yield "escalations", "", report.escalations
    for money in report.recovered:
        yield "amount_recovered", money.currency, money.plain()
    for line in report.channels:
        for name in ("attempts", "delivered", "responded", "failed"):
            yield name, line.channel, getattr(line, name)


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.4f}"
