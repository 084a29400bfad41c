"""What a dry run counts, day by day and reason by reason, and how it tells it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from forbear.core.ids import public_id
from forbear.core.money import Money
from forbear.policy.loading import standard as law
from forbear.policy.verdict import Finding

from .reasons import sentence_of

SAMPLE_ACCOUNTS = 5
SAMPLES = 5
FIRST_SAMPLES = 3
HELD_ROWS = 100
SMS = "sms"


class Days:
    """So many days from the one that `at` lies in, in a zone."""

    def __init__(self, at: datetime, count: int, zone: str) -> None:
        first = at.astimezone(ZoneInfo(zone)).date()
        self.dates = [first + timedelta(days=n) for n in range(count)]
        opens = (datetime.combine(first + timedelta(days=n), time(0), ZoneInfo(zone)) for n in range(count + 1))
        self._opens = [moment.astimezone(UTC) for moment in opens]
        self.end = self._opens[-1]

    def number(self, at: datetime) -> int:
        """Which day it is; later ones are all the one after the last."""
        return max(0, bisect_right(self._opens, at) - 1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something does not leave now: its code, the rule's finding where it is one, or else perhaps a sentence."""

    code: str
    finding: Finding | None = None
    sentence: str = ""

    @property
    def rule(self) -> str:
        return self.finding.rule if self.finding else ""

    def told(self) -> dict[str, Any]:
        """In words, with where it stands; what no rule of the law says has no citation."""
        rule = law().rule(self.rule)
        say = self.sentence or (law().say(self.finding) if self.finding else "") or sentence_of(self.code)
        return {
            "reason": self.code,
            "rule": self.rule,
            "pack": self.finding.pack if self.finding else "",
            "say": say,
            "cite": [cite.ref for cite in rule.cite] if rule else [],
        }


@dataclass(slots=True)
class Concerned:
    """Everybody whom one reason concerns; it reads as the first one's."""

    reason: Reason
    count: int = 0
    accounts: list[int] = field(default_factory=list)

    def add(self, account: int) -> None:
        self.count += 1
        if len(self.accounts) < SAMPLE_ACCOUNTS:
            self.accounts.append(account)

    def told(self) -> dict[str, Any]:
        accounts = [public_id("acc", account) for account in self.accounts]
        return {**self.reason.told(), "count": self.count, "sample_accounts": accounts}


@dataclass(frozen=True, slots=True)
class Sample:
    """One text as one consumer would read it."""

    account_id: int
    name: str
    channel: str
    address: str
    text: str
    segments: int
    would_leave_at: datetime


ByReason = dict[tuple[str, str], Concerned]
Key = TypeVar("Key")


class Tally:
    """Counts of one dry run. `prices`: of a thousand units of each channel, where they are known."""

    def __init__(self, days: Days, prices: dict[str, Money | None]) -> None:
        self.days, self._prices = days, prices
        count = len(days.dates) + 1
        self._sent, self._refused, self._person = [0] * count, [0] * count, [0] * count
        self._waits_more = [0] * (count + 1)
        self._units: list[Counter[str]] = [Counter() for _ in range(count)]
        self._segments = [0] * count
        self._refusals: ByReason = {}
        self._people: ByReason = {}
        self._held: dict[tuple[str, str, datetime | None], Concerned] = {}
        self._sampled: set[int] = set()
        self.samples: list[Sample] = []
        self.accounts = self.waiting = self.later = 0

    def send(self, at: datetime, *, since: datetime, channel: str, segments: int) -> None:
        """It leaves at `at`; it was due `since`."""
        day = self.days.number(at)
        self._sent[day] += 1
        self._segments[day] += segments if channel == SMS else 0
        self._units[day][channel] += segments if channel == SMS else 1
        self._wait(since, day)

    def refuse(self, account: int, at: datetime, reason: Reason, *, since: datetime) -> None:
        """It never leaves."""
        self._settle(self._refusals, self._refused, account, at, reason, since)

    def ask(self, account: int, at: datetime, reason: Reason, *, since: datetime) -> None:
        """A person has to look first."""
        self._settle(self._people, self._person, account, at, reason, since)

    def _settle(
        self, by_reason: ByReason, counts: list[int], account: int, at: datetime, reason: Reason, since: datetime
    ) -> None:
        day = self.days.number(at)
        counts[day] += 1
        self._wait(since, day)
        _concerned(by_reason, (reason.code, reason.rule), reason).add(account)

    def hold(self, account: int, until: datetime | None, reason: Reason) -> None:
        """It waits, until a time that is known or not."""
        _concerned(self._held, (reason.code, reason.rule, until), reason).add(account)

    def stay(self, since: datetime) -> None:
        """It still waits when the last day ends, or is not due before."""
        if since >= self.days.end:
            self.later += 1
            return
        self.waiting += 1
        self._wait(since, len(self.days.dates))

    def _wait(self, since: datetime, day: int) -> None:
        """One more who waits when the days from `since` on end, the last of them being the one before `day`."""
        first = self.days.number(since)
        if first < day:
            self._waits_more[first] += 1
            self._waits_more[day] -= 1

    def wants(self, at: datetime) -> bool:
        """Whether somebody who leaves then would make a good sample: the first ones, and the first of a later day."""
        if len(self.samples) < FIRST_SAMPLES:
            return True
        return len(self.samples) < SAMPLES and self.days.number(at) not in self._sampled

    def sample(self, one: Sample) -> None:
        self._sampled.add(self.days.number(one.would_leave_at))
        self.samples.append(one)

    @property
    def would_send(self) -> int:
        return sum(self._sent)

    def told(self) -> dict[str, Any]:
        """Everything but the campaign's own words, ready for JSON."""
        shown = range(len(self.days.dates))
        waiting = 0
        rows = []
        for day in shown:
            waiting += self._waits_more[day]
            rows.append(self._day(day, waiting))
        return {
            "from": self.days.dates[0].isoformat(),
            "days": rows,
            "refused": _by_count(self._refusals),
            "needs_person": _by_count(self._people),
            "held": self._told_held(),
            "samples": [_sample(one) for one in sorted(self.samples, key=lambda one: one.would_leave_at)],
            "totals": {
                "accounts": self.accounts,
                "would_send": sum(self._sent[day] for day in shown),
                "held": self.waiting,
                "refused": sum(self._refused[day] for day in shown),
                "needs_person": sum(self._person[day] for day in shown),
                "later": self.later,
                "segments": sum(self._segments[day] for day in shown),
                "cost": self._cost([self._units[day] for day in shown]),
            },
        }

    def _day(self, day: int, held: int) -> dict[str, Any]:
        return {
            "date": self.days.dates[day].isoformat(),
            "would_send": self._sent[day],
            "held": held,
            "refused": self._refused[day],
            "needs_person": self._person[day],
            "segments": self._segments[day],
            "cost": self._cost([self._units[day]]),
        }

    def _told_held(self) -> list[dict[str, Any]]:
        rows = sorted(self._held.items(), key=lambda held: -held[1].count)[:HELD_ROWS]
        return [
            {**some.reason.told(), "until": until.isoformat() if until else None, "count": some.count}
            for (_, _, until), some in rows
        ]

    def _cost(self, some: Sequence[Counter[str]]) -> dict[str, str] | None:
        """Rounded up to the minor unit; None where a price is not known, or prices are in several currencies."""
        units: Counter[str] = sum(some, Counter())
        used = list(units) or list(self._prices)
        prices = {channel: price for channel in used if (price := self._prices.get(channel))}
        currencies = {price.currency for price in prices.values()}
        if len(currencies) != 1 or len(prices) < len(used):
            return None
        thousandths = sum(units[channel] * price.minor for channel, price in prices.items())
        cost = Money(-(-thousandths // 1000), currencies.pop())
        return {"amount": cost.plain(), "currency": cost.currency}


def _concerned(some: dict[Key, Concerned], key: Key, reason: Reason) -> Concerned:
    found = some.get(key)
    if found is None:
        found = some[key] = Concerned(reason)
    return found


def _by_count(some: ByReason) -> list[dict[str, Any]]:
    return [one.told() for one in sorted(some.values(), key=lambda one: -one.count)]


def _sample(one: Sample) -> dict[str, Any]:
    return {
        "account_id": public_id("acc", one.account_id),
        "name": one.name,
        "channel": one.channel,
        "address": one.address,
        "text": one.text,
        "segments": one.segments,
        "would_leave_at": one.would_leave_at.isoformat(),
    }
