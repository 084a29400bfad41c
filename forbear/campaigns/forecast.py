"""What would happen to one account on a plan, before anything of it is kept: when each contact is due, when it may
leave, or why not. Judged as the carrier judges; nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forbear.accounts.models import Account
from forbear.policy.verdict import Outcome
from forbear.staff.models import Organization
from forbear.strategies.plans import Plan
from forbear.wording.models import Template

from .audience import Walker
from .block import Block, Leg, Route, Routes
from .models import Campaign
from .rehearsal import Rehearsal
from .states import Kind, Status
from .tally import Reason, Tally

__all__ = ["Slot", "forecast"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One contact of the plan. `opens_at`: when it may leave, None where it will not, or nobody can tell.

    outcome: `allow` (leaves when due), `defer` (leaves later), `block` (not at all), `human` (a person is asked).
    """

    due_at: datetime
    opens_at: datetime | None
    channel: str
    outcome: str
    reason: str = ""
    sentence: str = ""
    cite: tuple[str, ...] = ()


def forecast(
    *, organization: Organization, account: Account, plan: Plan, start: datetime, days: int, at: datetime
) -> list[Slot]:
    """The plan's contacts of so many days from `start` on, in their order. A fixed number of statements."""
    campaign = _campaign(organization, start, days, at)
    routes = Routes(_route(plan))
    walk = Rehearsal(campaign, routes, at=max(start, at), days=days)
    walk.tally = kept = _Kept(walk)
    walkers = [Walker(account.pk, account.consumer_id, max(start, at))]
    if plan.steps:
        walk.go(Block(campaign, walkers, routes, at=at), walkers)
    return [slot for _, slot in sorted(kept.slots.items())]


def _campaign(organization: Organization, start: datetime, days: int, at: datetime) -> Campaign:
    """As it would be kept; without a number it has no row."""
    first = start.astimezone(ZoneInfo(organization.time_zone)).date()
    return Campaign(
        organization=organization,
        kind=Kind.DOCUMENT,
        status=Status.ACTIVE,
        start_date=first,
        end_date=first + timedelta(days=days),
        time_zone=organization.time_zone,
        created_at=at,
    )


def _route(plan: Plan) -> Route:
    templates = Template.objects.in_bulk({step.template_id for step in plan.steps if step.template_id is not None})
    named = [(step, templates.get(step.template_id or 0)) for step in plan.steps]
    legs = tuple(
        Leg(
            step.channel,
            template.current_id if template else None,
            template.bucket if template else "",
            step.wait,
            plan.tone,
        )
        for step, template in named
    )
    return Route(legs, plan.escalation.max_attempts, plan.escalation.days_without_response)


class _Kept(Tally):
    """A tally that keeps each contact by its step; what is asked of a person counts until something is settled."""

    def __init__(self, walk: Rehearsal) -> None:
        super().__init__(walk.tally.days, {})
        self.slots: dict[int, Slot] = {}
        self._walk = walk
        self._why: Reason | None = None

    def send(self, at: datetime, *, since: datetime, channel: str, segments: int) -> None:
        due = self._walk.under_way.since
        if at > due and self._why is not None:
            self._keep(Outcome.DEFER, self._why, opens_at=at)
        else:
            self._keep(Outcome.ALLOW, None, opens_at=at)

    def hold(self, account: int, until: datetime | None, reason: Reason) -> None:
        self._why = reason

    def ask(self, account: int, at: datetime, reason: Reason, *, since: datetime) -> None:
        self._keep(Outcome.HUMAN, reason)

    def refuse(self, account: int, at: datetime, reason: Reason, *, since: datetime) -> None:
        self._keep(Outcome.BLOCK, reason)

    def stay(self, since: datetime) -> None:
        if since < self.days.end:
            self._keep(Outcome.DEFER, self._why)

    def _keep(self, outcome: Outcome, reason: Reason | None, *, opens_at: datetime | None = None) -> None:
        journey = self._walk.under_way
        told: dict[str, Any] = reason.told() if reason else {"reason": "", "say": "", "cite": []}
        self.slots[journey.step] = Slot(
            journey.since,
            opens_at,
            journey.leg.channel,
            str(outcome),
            told["reason"],
            told["say"],
            tuple(told["cite"]),
        )
        self._why = None
