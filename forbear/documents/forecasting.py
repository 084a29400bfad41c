"""What an outreach would do before it is started: its slots, and what the policy would move or refuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forbear.accounts.models import local_day
from forbear.campaigns.forecast import Slot as Foreseen
from forbear.campaigns.forecast import forecast
from forbear.policy.calendars import federal_holidays
from forbear.staff.models import Organization
from forbear.web.formats import in_zone, plural, weekday

from .models import Loan
from .openness import closed_channels
from .planning import Chosen, last_day, plan_of, slots_of
from .states import TITLES, Channel

_COUNTED = {"sms": ("SMS", "SMS"), "email": ("e-mail", "e-mails"), "voice": ("call", "calls")}
_WEEKS_AT_MOST = 15


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact in a cell or a row: by which channel, how it stands (good, wait, stop, person), and why."""

    channel: str
    tone: str = ""
    at: datetime | None = None
    due: datetime | None = None
    sentence: str = ""
    cite: str = ""

    @property
    def title(self) -> str:
        return TITLES.get(self.channel, self.channel)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the calendar."""

    day: str
    today: bool = False
    past: bool = False
    closed: str = ""
    contacts: Sequence[Contact] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks of a plan, one sentence about all of it, and the contacts that do not leave when they are due."""

    weeks: Sequence[Sequence[Cell | None]]
    sentence: str
    span: str
    others: Sequence[Contact] = field(default_factory=tuple)
    closed: Sequence[Channel] = ()
    """Chosen, and closed by an opt-out: they take no turn."""


def foreseen(loan: Loan, chosen: Chosen, *, at: datetime) -> Calendar:
    """Raises NoChannelChosen, CadenceNotUnderstood, EveryChannelClosed."""
    organization = loan.organization
    today = local_day(at, organization.time_zone)
    closed = closed_channels(organization, loan.account.consumer)
    slots = slots_of(chosen, closed=closed, start=today)
    rows = forecast(
        organization=organization,
        account=loan.account,
        plan=plan_of(slots, chosen.tone),
        start=max(at, datetime.combine(slots[0].on, time(), ZoneInfo(organization.time_zone))),
        days=(last_day(slots) - today).days + 1,
        at=at,
    )
    contacts = [(_day_of(row, organization), _contact(row)) for row in rows]
    shut = tuple(channel for channel in chosen.channels if channel in closed)
    others = [contact for _, contact in contacts if contact.tone != "going"]
    return Calendar(_weeks(contacts, today, organization), _count(rows), _span(contacts), others, shut)


def _contact(row: Foreseen) -> Contact:
    tones = {"allow": "going", "defer": "wait", "human": "person"}
    tone = tones.get(str(row.outcome), "stop")
    return Contact(row.channel, tone, row.opens_at, row.due_at, row.sentence, ", ".join(row.cite))


def _day_of(row: Foreseen, organization: Organization) -> date:
    return in_zone(row.opens_at or row.due_at, organization).date()


def _count(rows: Sequence[Foreseen]) -> str:
    """3 SMS, 2 e-mails, 1 call."""
    counts = Counter(row.channel for row in rows if row.opens_at is not None)
    return ", ".join(plural(counts[channel], *words) for channel, words in _COUNTED.items() if counts[channel])


def _span(contacts: Sequence[tuple[date, Contact]]) -> str:
    """6 contacts from Wed 25 Nov to Fri 11 Dec."""
    days = [day for day, contact in contacts if contact.at is not None]
    if not days:
        return "Nothing would leave"
    number = plural(len(days), "contact")
    first, last = weekday(min(days)), weekday(max(days))
    return f"{number} on {first}" if first == last else f"{number} from {first} to {last}"


def _weeks(
    contacts: Sequence[tuple[date, Contact]], today: date, organization: Organization
) -> list[list[Cell | None]]:
    by_day: dict[date, list[Contact]] = {}
    for day, contact in contacts:
        by_day.setdefault(day, []).append(contact)
    first = min([today, *by_day])
    begin, end = first - timedelta(days=first.weekday()), max([today, *by_day])
    weeks = min((end - begin).days // 7 + 1, _WEEKS_AT_MOST)
    days = [begin + timedelta(days=number) for number in range(7 * weeks)]
    cells: list[Cell | None] = [_cell(day, by_day.get(day, []), today, organization) for day in days]
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def _cell(day: date, contacts: list[Contact], today: date, organization: Organization) -> Cell:
    return Cell(
        day=f"{day.day} {day:%b}" if day.day == 1 else str(day.day),
        today=day == today,
        past=day < today,
        closed="" if contacts else _closed(day, organization),
        contacts=contacts,
    )


def _closed(day: date, organization: Organization) -> str:
    if day.weekday() not in organization.weekdays:
        return "off"
    holiday = organization.holidays_closed and organization.country == "US" and day in federal_holidays(day.year)
    return "holiday" if holiday else ""
