"""What a dry run told, in the parts that its page is drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from forbear.core.money import Money
from forbear.policy.calendars import federal_holidays
from forbear.web.formats import NOTHING, plural
from forbear.web.parts import CalendarDay, Figure, Length, Said
from forbear.wording.scripts import said

from .models import Campaign
from .reasons import words_of

Told = Mapping[str, Any]
CONCERNS = {"held": "wait", "needs_person": "person", "refused": "stop"}


@dataclass(frozen=True)
class Line:
    """One reason of the table; `pack` is where the law's page tells it."""

    tone: str
    words: str
    say: str
    cite: Sequence[str]
    pack: str
    count: int
    until: datetime | None = None


def weeks_of(told: Told, campaign: Campaign) -> list[list[CalendarDay | None]]:
    """Rows from Monday to Sunday; days before the first are past, after the last there is nothing."""
    days = [date.fromisoformat(day["date"]) for day in told["days"]]
    past = [_past(days[0] - timedelta(days=n)) for n in range(days[0].weekday(), 0, -1)]
    drawn = [_day(day, counts, campaign, today=day == days[0]) for day, counts in zip(days, told["days"], strict=True)]
    shown: list[CalendarDay | None] = [*past, *drawn]
    shown += [None] * (-len(shown) % 7)
    return [shown[start : start + 7] for start in range(0, len(shown), 7)]


def _past(day: date) -> CalendarDay:
    return CalendarDay(day=_number(day), past=True)


def _number(day: date) -> str:
    return f"{day.day} {day:%b}" if day.day == 1 else str(day.day)


def _day(day: date, counts: Mapping[str, Any], campaign: Campaign, *, today: bool) -> CalendarDay:
    refused = counts["refused"] + counts["needs_person"]
    closed = "" if counts["would_send"] or refused else _closed(day, campaign)
    if closed and counts["held"]:
        closed = f"{closed}, {counts['held']:,} held"
    return CalendarDay(
        day=_number(day),
        leaves=counts["would_send"],
        held=counts["held"],
        refused=refused,
        closed=closed,
        today=today,
    )


def _closed(day: date, campaign: Campaign) -> str:
    """Why nothing leaves on that day, where it is the day itself."""
    organization = campaign.organization
    if not campaign.start_date <= day <= campaign.end_date:
        return "outside its dates"
    if day.weekday() not in organization.weekdays:
        return f"{day:%A}s are off"
    if organization.holidays_closed and organization.country == "US" and day in federal_holidays(day.year):
        return "holiday"
    return ""


def figures_of(told: Told) -> list[Figure]:
    """The strip of key figures."""
    totals = told["totals"]
    later = plural(totals["later"], "contact is", "contacts are")
    return [
        Figure(label="Would leave", figure=f"{totals['would_send']:,}", note=plural(totals["accounts"], "account")),
        Figure(
            label="Still held",
            figure=f"{totals['held']:,}",
            note=f"{later} not due before" if totals["later"] else "when the last day ends",
        ),
        Figure(label="Refused", figure=f"{totals['refused']:,}", note="never leave, each with its reason"),
        Figure(label="Needs a person", figure=f"{totals['needs_person']:,}", note="somebody has to look first"),
        Figure(label="Segments", figure=f"{totals['segments']:,}", note="of SMS"),
        Figure(label="Cost", figure=cost_of(totals), note="" if totals["cost"] else "no price is set for the gateway"),
    ]


def cost_of(counts: Mapping[str, Any]) -> str:
    """$38.20, or a dash where nobody has said what a contact costs."""
    cost = counts["cost"]
    return str(Money.of(Decimal(cost["amount"]), cost["currency"])) if cost else NOTHING


def lines_of(told: Told) -> list[Line]:
    """Every reason, refusals first, then what a person has to look at, then what waits."""
    return [
        Line(
            tone=CONCERNS[concern],
            words=words_of(one["reason"]),
            say=one["say"],
            cite=one["cite"],
            pack=one["pack"].partition("@")[0],
            count=one["count"],
            until=datetime.fromisoformat(one["until"]) if one.get("until") else None,
        )
        for concern in reversed(CONCERNS)
        for one in told[concern]
    ]


def lengths_of(lines: Sequence[Line]) -> list[Length]:
    """The same by reason alone, the most frequent first."""
    counts = Counter[tuple[str, str]]()
    for line in lines:
        counts[line.words, line.tone] += line.count
    return [Length(label=words, value=count, tone=tone) for (words, tone), count in counts.most_common(12)]


def said_of(told: Told) -> list[Said]:
    """The samples as they would be read and heard."""
    return [
        Said(
            text=said(one["text"], channel=one["channel"]),
            at=datetime.fromisoformat(one["would_leave_at"]),
            name=f"to {one['name'] or one['address']}{_segments(one)}",
        )
        for one in told["samples"]
    ]


def _segments(one: Mapping[str, Any]) -> str:
    return f", {plural(one['segments'], 'segment')}" if one["channel"] == "sms" else ""
