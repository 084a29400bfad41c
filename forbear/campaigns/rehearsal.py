"""The dry run: what a campaign would do over the next days, judged as the carrier judges, and nothing is written.

People are walked block by block, each over all the days: a person's contacts bind only that person's next ones, so
that everything about a block is gathered once. What would leave becomes history for what comes after. Blocks meet only
at the gateway, whose rate is shared second by second.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from forbear.accounts.models import local_day
from forbear.accounts.states import bucket_of
from forbear.channels.queries import gates_of, prices_of
from forbear.core.money import Money
from forbear.dispatch.clearing import NO_SENDER
from forbear.dispatch.contacts import Item
from forbear.dispatch.refused import not_now
from forbear.dispatch.states import ItemStatus
from forbear.policy.engine import judge
from forbear.policy.facts import Facts
from forbear.policy.loading import standard as law
from forbear.policy.verdict import Outcome, Verdict
from forbear.strategies.waits import DAY, Wait, after

from .audience import Audience, Walker, audience_of, begins_at
from .block import Block, Leg, Route, Routes, routes_of
from .caveats import Seen, caveats
from .models import Campaign
from .planner import end_of
from .slots import Slots
from .tally import Days, Reason, Sample, Tally
from .walking import ENDING, NO_WAY, closed_days

MOST_DAYS = 60
USUAL_DAYS = 14
BLOCK = 2_000
ENDED = "campaign_completed"
EVER = datetime.min.replace(tzinfo=UTC)

Told = Callable[[int, int], None]


def rehearse(campaign: Campaign, *, at: datetime, days: int = USUAL_DAYS, told: Told | None = None) -> dict[str, Any]:
    """The calendar of the next `days` days of the campaign's zone, ready for JSON (see DryRunShown).

    `told(done, total)` is called after each block of accounts. A fixed number of statements per block.
    """
    routes = routes_of(campaign)
    walk = Rehearsal(campaign, routes, at=at, days=days)
    audience = audience_of(campaign, at=at) if routes.legs else Audience()
    walk.leave_out(audience, begins_at(campaign, at))
    done = audience.size - len(audience.walkers)
    for walkers in audience.blocks(BLOCK):
        walk.go(Block(campaign, walkers, routes, at=at), walkers)
        done += len(walkers)
        if told:
            told(done, audience.size)
    return {
        "campaign_id": campaign.public_id,
        "at": at.isoformat(),
        "time_zone": campaign.time_zone,
        **walk.tally.told(),
        "warnings": caveats(campaign, walk.seen, routes.legs, walk.gates, at=at),
    }


@dataclass(slots=True)
class Journey:
    """One account under way: the step it is at, since when that has been due, and what was last found out.

    made: contacts on the way so far.
    """

    walker: Walker
    route: Route
    step: int
    since: datetime
    escalates_at: datetime | None
    made: int
    item: Item | None = None
    facts: Facts | None = None
    contacts: int = -1
    open_at: datetime | None = None
    asked: bool = False

    @property
    def leg(self) -> Leg:
        return self.route.legs[self.step]


def _planned(walker: Walker) -> tuple[bool, int, int]:
    """The order of one person's contacts in the queue: those that stand in it, then those that will."""
    return not walker.item_id, walker.item_id, walker.account_id


class Rehearsal:
    """Accounts under way over some days; `under_way` is the one that is looked at."""

    def __init__(self, campaign: Campaign, routes: Routes, *, at: datetime, days: int) -> None:
        self._campaign, self._routes = campaign, routes
        organization = campaign.organization
        country = organization.country if organization.holidays_closed else ""
        self._zone, self._closed = organization.time_zone, closed_days(country, organization.local_holidays)
        self._closes = end_of(campaign).astimezone(at.tzinfo)
        gates, owner = gates_of([campaign.organization_id]), campaign.organization_id
        self.gates = {leg.channel: gates.choose(owner, leg.channel, campaign.sender_id) for leg in routes.legs}
        known = prices_of(owner)
        prices: dict[str, Money | None] = {
            channel: known.get(gate.provider_id) if gate else None for channel, gate in self.gates.items()
        }
        by_provider = {gate.provider_id: Slots(gate.rate_per_second) for gate in self.gates.values() if gate}
        self._slots = {channel: by_provider[gate.provider_id] for channel, gate in self.gates.items() if gate}
        self.tally = Tally(Days(at, days, campaign.time_zone), prices)
        self.seen = Seen()
        self.under_way: Journey
        self._block: Block

    def leave_out(self, audience: Audience, at: datetime) -> None:
        """Whom the launch would not take."""
        self.tally.accounts = audience.size
        for reason, accounts in audience.excluded.items():
            for account in accounts:
                self.tally.refuse(account, at, Reason(reason), since=at)

    def go(self, block: Block, walkers: list[Walker]) -> None:
        """Everybody of the block, from now to the last day."""
        self._block = block
        for _, some in groupby(walkers, key=lambda walker: walker.consumer_id):
            waiting = [self._begin(walker, n) for n, walker in enumerate(sorted(some, key=_planned))]
            heapq.heapify(waiting)
            while waiting:
                due, planned, n, journey = waiting[0]
                step = journey.step
                again = self._take(journey, due)
                if again is None:
                    heapq.heappop(waiting)
                else:
                    heapq.heapreplace(waiting, (again, planned if journey.step == step else again, n, journey))

    def _begin(self, walker: Walker, n: int) -> tuple[datetime, datetime, int, Journey]:
        """When it is due, when it was or will be planned (of two that are due together the older goes first), ..."""
        planned = EVER if walker.item_id else walker.due_at
        route = self._routes.of(walker)
        journey = Journey(walker, route, walker.step, walker.due_at, walker.escalates_at, walker.contacts)
        return walker.due_at, planned, n, journey

    def _take(self, journey: Journey, due: datetime) -> datetime | None:
        """What becomes of one contact that is due; when the journey is due again, or None where it is over."""
        if journey.step >= len(journey.route.legs):
            return None
        self.under_way = journey
        if due >= self._closes or due >= self.tally.days.end:
            self._over(journey, due)
            return None
        channel = journey.leg.channel
        at = self._slots[channel].first(due) if channel in self._slots else due
        if at >= self._closes or at >= self.tally.days.end:
            self._over(journey, at)
            return None
        if journey.escalates_at is not None and at >= journey.escalates_at:
            return None  # a person has it
        if not self._is_known_to_be_open(journey, at):
            verdict = judge(self._facts(journey), law(), at)
            if not verdict.allowed:
                self.seen.overflowed += at > due and verdict.outcome is Outcome.DEFER
                return self._not_now(journey, verdict, at)
        return self._leave(journey, at)

    def _is_known_to_be_open(self, journey: Journey, at: datetime) -> bool:
        """The judge named this very instant as open, and nothing has happened to the person since."""
        return journey.open_at == at and journey.contacts == self._block.contacts(journey.walker)

    def _item(self, journey: Journey) -> Item:
        if journey.item is None:
            journey.item = self._block.item(journey.walker, journey.step)
        return journey.item

    def _facts(self, journey: Journey) -> Facts:
        contacts = self._block.contacts(journey.walker)
        if journey.facts is None or journey.contacts != contacts:
            journey.facts, journey.contacts = self._block.facts(self._item(journey)), contacts
        return journey.facts

    def _not_now(self, journey: Journey, verdict: Verdict, at: datetime) -> datetime | None:
        """As the carrier answers a verdict that does not allow."""
        account, answer = (
            journey.walker.account_id,
            not_now(self._item(journey), verdict, ""),
        )
        reason = Reason(answer.reason, verdict.deciding)
        if verdict.outcome is Outcome.HUMAN:
            if not journey.asked:
                self.tally.ask(account, at, reason, since=journey.since)
            journey.asked = True
        if answer.status is not ItemStatus.PENDING:
            if not journey.asked:
                self.tally.refuse(account, at, reason, since=journey.since)
            return self._go_on(journey, at, answer.reason)
        if verdict.outcome is not Outcome.HUMAN:
            self.tally.hold(account, answer.until, reason)
        if answer.until is None:
            self._stay(journey)
        journey.open_at = answer.until if verdict.outcome is Outcome.DEFER else None
        return answer.until

    def _leave(self, journey: Journey, at: datetime) -> datetime | None:
        """Nothing speaks against it: it leaves, unless there is no gateway or no proper text."""
        walker, step = journey.walker, journey.step
        channel, facts = journey.leg.channel, self._facts(journey)
        if self.gates[channel] is None:
            self.tally.hold(walker.account_id, None, Reason(NO_SENDER))
            self._stay(journey)
            return None
        address = facts.contact_point.address if facts.contact_point else ""
        text = self._block.text(self._item(journey), address)
        if text.problem:
            self.tally.refuse(walker.account_id, at, Reason(text.problem, None, text.sentence), since=journey.since)
            self.seen.without_value += text.problem == "missing_value"
            return self._go_on(journey, at, text.problem)
        since = at if journey.asked else journey.since
        self.tally.send(at, since=since, channel=channel, segments=text.segments)
        self._slots[channel].take(at)
        self._block.note(walker, step, at)
        self._look_at_bucket(journey, at)
        if self.tally.wants(at):
            name = self._block.name(walker)
            self.tally.sample(Sample(walker.account_id, name, channel, address, text.body, text.segments, at))
        return self._go_on(journey, at, "")

    def _look_at_bucket(self, journey: Journey, at: datetime) -> None:
        """Decision 25: wording for another bucket is a warning, the operator's choice stands."""
        meant, due_date = journey.leg.bucket, self._block.due_date(journey.walker)
        if meant and due_date is not None:
            day = local_day(at, self._campaign.organization.time_zone)
            self.seen.other_bucket += bucket_of((day - due_date).days) != meant

    def _go_on(self, journey: Journey, at: datetime, reason: str) -> datetime | None:
        """To the next step, as `walking.move_of` has it; the rehearsed consumer takes every call and never answers."""
        due = at if reason in NO_WAY else after(at, journey.leg.wait, self._zone, self._closed)
        if not reason:
            self._count(journey, at, due)
        journey.step += 1
        if journey.step >= len(journey.route.legs) or reason in ENDING:
            return None
        journey.item, journey.facts, journey.asked, journey.open_at = None, None, False, None
        journey.since = due
        return due

    def _count(self, journey: Journey, at: datetime, due: datetime) -> None:
        """One more contact without an answer."""
        route = journey.route
        journey.made += 1
        if route.days is not None and journey.escalates_at is None:
            journey.escalates_at = after(at, Wait(route.days * DAY), self._zone)
        if route.max_attempts is not None and journey.made >= route.max_attempts and not journey.walker.answered:
            journey.escalates_at = min(journey.escalates_at or due, due)

    def _over(self, journey: Journey, due: datetime) -> None:
        """The days end, or the campaign does: what still waits then is not sent any more."""
        if due < self._closes or self._closes > self.tally.days.end:
            self._stay(journey)
            return
        waits = journey.since < self._closes
        if not journey.asked and (waits or journey.step == journey.walker.step):
            at = self._closes - datetime.resolution if waits else journey.since
            reason = Reason(ENDED, None, "The campaign's last day ends before this may leave.")
            self.tally.refuse(journey.walker.account_id, at, reason, since=journey.since)

    def _stay(self, journey: Journey) -> None:
        if not journey.asked:
            self.tally.stay(journey.since)
