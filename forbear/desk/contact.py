"""Can I contact now? The policy's answer for each channel, and when the next seven days are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forbear.accounts.models import Account, ContactPoint
from forbear.accounts.states import PointKind
from forbear.dispatch.queries import Stretch, outlook
from forbear.web.formats import clock, in_zone, weekday, when
from forbear.web.parts import Hours

CHANNELS = {"sms": PointKind.PHONE, "voice": PointKind.PHONE, "email": PointKind.EMAIL}
ANSWERS = {"allow": "Yes, now", "defer": "Not yet", "block": "No", "human": "A person decides"}
NAMES = {"sms": "SMS", "voice": "Voice", "email": "Email"}
DAYS = 7


@dataclass(frozen=True)
class Answer:
    """One channel's answer: the word, until or from when, the sentence that decides, all findings, the week."""

    channel: str
    name: str
    address: str
    outcome: str
    title: str
    note: str
    sentence: str
    findings: Sequence[Mapping[str, Any]]
    week: list[Hours]


def answers(account: Account, points: Sequence[ContactPoint], *, at: datetime) -> list[Answer]:
    """SMS, voice and e-mail, in this order, where the person has such an address; SMS always."""
    kinds = {point.kind for point in points}
    asked = [channel for channel, kind in CHANNELS.items() if channel == "sms" or kind in kinds]
    ahead = outlook(account=account, channels=asked, at=at, days=DAYS)
    return [_answer(account, points, channel, *ahead[channel], at) for channel in asked]


def _answer(
    account: Account,
    points: Sequence[ContactPoint],
    channel: str,
    verdict: Mapping[str, Any],
    spans: list[Stretch],
    at: datetime,
) -> Answer:
    zone = account.organization.time_zone
    findings = verdict["because"]
    return Answer(
        channel=channel,
        name=NAMES[channel],
        address=next((point.address for point in points if point.kind == CHANNELS[channel]), ""),
        outcome=verdict["outcome"],
        title=ANSWERS[verdict["outcome"]],
        note=_note(verdict, spans, at, zone),
        sentence=findings[0]["say"] if findings else "No rule stands in the way.",
        findings=findings,
        week=week_of(spans, at=at, zone=zone),
    )


def _note(verdict: Mapping[str, Any], spans: Sequence[Stretch], at: datetime, zone: str) -> str:
    if verdict["outcome"] == "allow":
        shuts = next((end for start, end in spans if start <= at < end), None)
        return f"until {clock(in_zone(shuts, zone))}" if shuts else ""
    if verdict["outcome"] == "defer" and verdict["next_allowed_at"]:
        return when(in_zone(datetime.fromisoformat(verdict["next_allowed_at"]), zone))
    return " or ".join(word.replace("_", " ") for word in verdict["unblock_by"][:2])


def week_of(spans: Sequence[Stretch], *, at: datetime, zone: str) -> list[Hours]:
    """Seven days of the organization's clock from today, with their open hours."""
    here = at.astimezone(ZoneInfo(zone))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight + timedelta(days=number) for number in range(DAYS)]
    return [_day(day, spans, here if number == 0 else None) for number, day in enumerate(days)]


def _day(day: datetime, spans: Sequence[Stretch], now: datetime | None) -> Hours:
    end = day + timedelta(days=1)
    here = [(max(a, day), min(b, end)) for a, b in spans if a < end and b > day]
    hours = [(_hour(a, day), _hour(b, day)) for a, b in here]
    words = ", ".join(f"{_clock(a)} to {_clock(b)}" for a, b in hours) or "closed"
    return Hours(day=weekday(day)[:6].strip(), words=words, spans=hours, now=_hour(now, day) if now else None)


def _hour(moment: datetime, day: datetime) -> float:
    local = moment.astimezone(day.tzinfo)
    return 24.0 if local.date() > day.date() else local.hour + local.minute / 60


def _clock(hour: float) -> str:
    return f"{int(hour)}:{round(hour % 1 * 60):02}"
