"""The report "Contacts outside allowed hours": a handful of statements, however many messages there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import connection, transaction

from forbear.core.ids import public_id
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization

from .hours import Breach, Contact, breaches, local_hour, unknown_place

LONGEST = 366
NAMED_AT_MOST = 1000
KEPT_SECONDS = 300


class TooLongASpan(Invalid):
    """The report covers a year at most, and ends after it begins."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of the organization, both included."""

    begin: date
    end: date

    def within(self, organization: Organization) -> tuple[datetime, datetime]:
        """As instants, half open. Raises TooLongASpan."""
        if not timedelta() <= self.end - self.begin < timedelta(days=LONGEST):
            raise TooLongASpan
        zone = ZoneInfo(organization.time_zone)
        return (
            datetime.combine(self.begin, time(), zone),
            datetime.combine(self.end + timedelta(days=1), time(), zone),
        )


@dataclass(frozen=True, slots=True)
class Outside:
    """A contact at an hour that the law closes."""

    message: int
    account: int | None
    channel: str
    sent_at: datetime
    breaches: Sequence[Breach]

    @property
    def message_id(self) -> str:
        return public_id("msg", self.message)

    @property
    def account_id(self) -> str | None:
        return None if self.account is None else public_id("acc", self.account)


@dataclass(slots=True)
class Ages:
    """How long opt-outs took, in seconds. `late`: those after whose record something still left."""

    recorded: int = 0
    obeyed: int = 0
    slowest_to_record: float = 0
    median_to_record: float = 0
    slowest_to_last_message: float = 0
    median_to_last_message: float = 0

    @property
    def late(self) -> int:
        return self.recorded - self.obeyed


@dataclass(frozen=True, slots=True)
class Turned:
    """Contacts that a rule held back. what: deferred, referred or refused."""

    rule: str
    what: str
    count: int


@dataclass(slots=True)
class ContactReport:
    """What was found. hours: by channel, 24 figures each, on the consumer's clock.

    not_judged: contacts that have hours to keep and whose place nobody recorded; unrecorded: those without a kept
    decision.
    """

    begin: date
    end: date
    contacts: int = 0
    outside: list[Outside] = field(default_factory=list)
    outside_count: int = 0
    not_judged: int = 0
    unrecorded: int = 0
    hours: dict[str, list[int]] = field(default_factory=dict)
    opt_outs: Ages = field(default_factory=Ages)
    turned: list[Turned] = field(default_factory=list)

    @property
    def by_hour(self) -> list[int]:
        """All channels together."""
        return [sum(hours[hour] for hours in self.hours.values()) for hour in range(24)]


def span_of(organization: Organization, begin: date | None, end: date | None, *, at: datetime) -> Span:
    """These days; this year up to today where they are not told."""
    today = at.astimezone(ZoneInfo(organization.time_zone)).date()
    end = end or max(today, begin or today)
    return Span(begin or end.replace(month=1, day=1), end)


def report_of(organization: Organization, span: Span) -> ContactReport:
    """Every contact of these days, judged again. Raises TooLongASpan."""
    begin, end = span.within(organization)
    report = ContactReport(span.begin, span.end)
    with transaction.atomic():
        _read(_IN_MEMORY, [])
        _hold_contacts(report, organization, begin, end)
    report.opt_outs = _ages(organization, begin, end)
    report.turned = [Turned(*row) for row in _read(_TURNED, [organization.pk, begin, end])]
    return report


def kept_report(organization: Organization, span: Span) -> ContactReport:
    """The same; what was worked out in the last five minutes stands."""
    key = f"reports:contacts:{organization.pk}:{organization.time_zone}:{span.begin}:{span.end}"
    report: ContactReport | None = cache.get(key)
    if report is None:
        report = report_of(organization, span)
        if report.contacts > 1000:
            cache.set(key, report, KEPT_SECONDS)
    return report


# Left alone the planner expects few groups and sorts every message on disk for them, twice.
_IN_MEMORY = "SELECT set_config('enable_sort', 'off', true), set_config('work_mem', '64MB', true)"

# What left, by the minute, as it was recorded when it was judged. Laws count minutes, not seconds: an hour that ends at
# 21:00 is over with its first second. A message that may have left counts as one that did.
_CONTACTS = """
SELECT m.channel, m.occasion, u.used->>'actor', u.used->>'purpose', u.used->>'zones', u.used->>'places',
    date_trunc('minute', coalesce(m.sent_at, m.at)),
    CASE WHEN m.occasion = 'answer' THEN ceil(extract(epoch FROM coalesce(m.sent_at, m.at) - q.at) / 60) END,
    count(*), (array_agg(m.id))[:%s], u.used IS NULL
FROM dispatch_message m LEFT JOIN dispatch_queueitem i ON i.id = m.item_id
LEFT JOIN dispatch_message q ON q.id = i.answers_message_id
CROSS JOIN LATERAL (SELECT nullif(i.verdict, '')::json->'used' AS used OFFSET 0) u
WHERE m.organization_id = %s AND m.direction = 'out' AND (m.sent_at IS NOT NULL OR m.status = 'uncertain')
    AND coalesce(m.sent_at, m.at) >= %s AND coalesce(m.sent_at, m.at) < %s
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 11"""


def _hold_contacts(report: ContactReport, organization: Organization, begin: datetime, end: datetime) -> None:
    found: dict[int, list[Breach]] = {}
    for row in _read(_CONTACTS, [NAMED_AT_MOST, organization.pk, begin, end]):
        *told, minute, answered, count, messages, unrecorded = row
        report.contacts += count
        if unrecorded:
            report.unrecorded += count
            continue
        contact = _contact(told, organization)
        report.not_judged += count if unknown_place(contact) else 0
        if contact.zones:
            hours = report.hours.setdefault(contact.channel, [0] * 24)
            hours[local_hour(contact, minute)] += count
        after = None if answered is None else timedelta(minutes=int(answered))
        if broken := breaches(contact, minute, answered_after=after):
            report.outside_count += count
            found |= dict.fromkeys(messages[: NAMED_AT_MOST - len(found)], broken)
    report.outside = _named(found)


def _contact(told: Sequence[Any], organization: Organization) -> Contact:
    channel, occasion, actor, purpose, zones, places = told
    return Contact(channel, occasion, actor or "", purpose or "", organization.country, _words(zones), _words(places))


def _words(written: str | None) -> tuple[str, ...]:
    return tuple(json.loads(written)) if written else ()


def _named(found: dict[int, list[Breach]]) -> list[Outside]:
    if not found:
        return []
    statement = (
        "SELECT id, account_id, channel, coalesce(sent_at, at) FROM dispatch_message WHERE id = ANY(%s) ORDER BY 4, 1"
    )
    return [Outside(*row, found[row[0]]) for row in _read(statement, [list(found)])]


# An opt-out that came as a file, or by hand, tells of what the consumer did before. After the record nothing may leave
# to that address but the confirmation and the answer to HELP.
_LEFT = """m.direction = 'out' AND m.occasion NOT IN ('confirmation', 'help')
            AND o.channel IN ('all', CASE m.channel WHEN 'voice' THEN 'call' ELSE m.channel END)
            AND m.sent_at > o.recorded_at AND (o.lifted_at IS NULL OR m.sent_at < o.lifted_at)"""
_AGES = f"""
WITH o AS (
    SELECT greatest(extract(epoch FROM o.recorded_at - o.at), 0) AS took,
        coalesce(extract(epoch FROM greatest(a.last, p.last) - o.recorded_at), 0) AS after
    FROM consent_optout o
    LEFT JOIN LATERAL (
        SELECT max(m.sent_at) AS last FROM dispatch_message m
        WHERE o.address <> '' AND m.organization_id = o.organization_id AND m.address = o.address AND {_LEFT}) a ON true
    LEFT JOIN LATERAL (
        SELECT max(m.sent_at) AS last FROM dispatch_message m
        WHERE o.address = '' AND m.consumer_id = o.consumer_id AND {_LEFT}) p ON true
    WHERE o.organization_id = %s AND o.recorded_at >= %s AND o.recorded_at < %s
)
SELECT count(*), count(*) FILTER (WHERE after = 0), coalesce(max(took), 0),
    coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY took), 0), coalesce(max(after), 0),
    coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY after), 0) FROM o"""  # noqa: S608 - names only


def _ages(organization: Organization, begin: datetime, end: datetime) -> Ages:
    count, obeyed, *seconds = _read(_AGES, [organization.pk, begin, end])[0]
    return Ages(count, obeyed, *(round(float(one), 3) for one in seconds))


# The rule that decided, where the log says; else the reason.
_TURNED = """
SELECT coalesce(d.rule, nullif(e.facts->>'reason', ''), 'other'), CASE split_part(event, ':', 3)
    WHEN 'deferred' THEN 'deferred' WHEN 'referred' THEN 'referred' ELSE 'refused' END, count(*)
FROM (SELECT event, body::json->'facts' AS facts FROM compliance_entry WHERE organization_id = %s
    AND event IN ('dispatch:item:deferred', 'dispatch:item:skipped', 'dispatch:item:referred')
    AND at >= %s AND at < %s) e
LEFT JOIN LATERAL (
    SELECT f->>'rule' AS rule FROM json_array_elements(e.facts->'verdict'->'findings') f
    WHERE f->>'outcome' = e.facts->'verdict'->>'outcome' LIMIT 1) d ON true
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"""


def _read(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
