"""A campaign's steps, and a block of its audience with everything that the judge and the wording ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from forbear.accounts.models import local_day
from forbear.accounts.states import bucket_of
from forbear.dispatch.contacts import Item
from forbear.dispatch.gather import Case, facts_of, gather
from forbear.dispatch.history import contact
from forbear.dispatch.states import Occasion
from forbear.dispatch.texts import Text, text_of, words_of
from forbear.policy.facts import Facts
from forbear.strategies.models import StrategyVersion
from forbear.strategies.plans import AT_ONCE
from forbear.strategies.queries import newest_version
from forbear.strategies.waits import Wait
from forbear.wording.choosing import Choices, choices_of, tone_of

from .audience import Walker
from .models import Campaign
from .planner import end_of, versions_of
from .states import Kind, Status


@dataclass(frozen=True, slots=True)
class Leg:
    """One step as it would be planned today. `wait`: from its end to the next one."""

    channel: str
    version_id: int | None
    bucket: str
    wait: Wait = AT_ONCE
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """The steps of one version, and when an account that does not answer leaves it for a person."""

    legs: tuple[Leg, ...] = ()
    max_attempts: int | None = None
    days: int | None = None


NOWHERE = Route()


class Routes:
    """What the accounts of a campaign walk, by version; those that name none walk the one that a launch gives them."""

    def __init__(self, usual: Route, by_version: Mapping[int, Route] | None = None) -> None:
        self.usual, self._by_version = usual, dict(by_version or {})

    def of(self, walker: Walker) -> Route:
        return self._by_version.get(walker.route or 0, self.usual)

    @property
    def legs(self) -> list[Leg]:
        """Every step of every version."""
        return [leg for route in dict.fromkeys([self.usual, *self._by_version.values()]) for leg in route.legs]


def routes_of(campaign: Campaign) -> Routes:
    """Two statements. A draft broadcast has the one step that its launch would make."""
    if campaign.kind == Kind.BROADCAST and campaign.status == Status.DRAFT:
        template = campaign.template
        legs = (Leg(template.channel, template.current_id, template.bucket),) if template else ()
        return Routes(Route(legs))
    usual = campaign.strategy_version
    if usual is None:
        return Routes(NOWHERE)
    if campaign.kind == Kind.PORTFOLIO and campaign.status == Status.DRAFT:
        usual = newest_version(usual.strategy)
    wanted = {usual.pk, *versions_of(campaign)}
    rows = StrategyVersion.objects.filter(pk__in=wanted).prefetch_related("steps__template")
    known = {version.pk: route_of(version) for version in rows}
    return Routes(known[usual.pk], known)


def route_of(version: StrategyVersion) -> Route:
    legs = (
        Leg(
            step.channel,
            step.template.current_id if step.template else None,
            step.template.bucket if step.template else "",
            Wait(step.wait_minutes, step.wait_business_days),
            version.tone,
        )
        for step in version.steps.all()
    )
    return Route(tuple(legs), version.max_attempts, version.days_without_response)


@lru_cache(maxsize=256)
def _one_of_each(legs: tuple[Leg, ...]) -> list[int]:
    """The first step of each channel."""
    return sorted({leg.channel: step for step, leg in reversed(list(enumerate(legs)))}.values())


class Block:
    """Some people of one campaign, gathered as the carrier gathers its batch; nothing is locked and nothing written."""

    def __init__(self, campaign: Campaign, walkers: Sequence[Walker], routes: Routes, *, at: datetime) -> None:
        self._choices = Choices({}, {})
        self._campaign, self._routes, self._not_after = campaign, routes, end_of(campaign)
        cases = [self.item(walker, step).case for walker in walkers for step in _one_of_each(routes.of(walker).legs)]
        self._got = gather(cases, at=at)
        versions = {leg.version_id for leg in routes.legs} | {walker.version_id for walker in walkers}
        if None in {leg.version_id for leg in routes.legs}:
            self._choices = choices_of([campaign.organization_id])
            versions |= set(self._choices.versions.values())
        self._words = words_of(list(versions), [campaign.organization_id])
        self._at = at

    def facts(self, item: Item) -> Facts:
        """The facts of one contact, with what was noted so far."""
        return facts_of(item.case, self._got)

    def text(self, item: Item, address: str) -> Text:
        """What the consumer would read, or why the text may not leave."""
        return text_of(item, self._got, self._words, address)

    def note(self, walker: Walker, step: int, at: datetime) -> None:
        """From now on this contact has happened: the limits count it."""
        sent = contact(at, self._routes.of(walker).legs[step].channel, walker.account_id, Occasion.CAMPAIGN)
        self._got.history.setdefault(walker.consumer_id, []).append(sent)

    def contacts(self, walker: Walker) -> int:
        """How many contacts are known of this person."""
        return len(self._got.history.get(walker.consumer_id, ()))

    def due_date(self, walker: Walker) -> date | None:
        party = self._got.parties.get((walker.account_id, walker.consumer_id))
        return party.due_date if party else None

    def name(self, walker: Walker) -> str:
        party = self._got.parties.get((walker.account_id, walker.consumer_id))
        return f"{party.first_name} {party.last_name}".strip() if party else ""

    def item(self, walker: Walker, step: int) -> Item:
        """The item that the planner would write for this step, or has written."""
        campaign, leg = self._campaign, self._routes.of(walker).legs[step]
        case = Case(
            walker.item_id or -walker.account_id,
            campaign.organization_id,
            Occasion.CAMPAIGN,
            walker.account_id,
            walker.consumer_id,
            leg.channel,
        )
        version = walker.version_id if step == walker.step and walker.version_id else leg.version_id
        version = version or self._chosen(walker, leg)
        return Item(case, campaign.pk, None, step, version, "", campaign.sender_id, self._not_after, "system")

    def _chosen(self, walker: Walker, leg: Leg) -> int | None:
        """The wording of a step that names none, as the carrier chooses it."""
        if not self._choices.versions:
            return None
        party = self._got.parties.get((walker.account_id, walker.consumer_id))
        organization = self._campaign.organization
        days = None
        if party and party.due_date:
            days = (local_day(self._at, organization.time_zone) - party.due_date).days
        language = party.language if party else ""
        return self._choices.choose(organization.pk, leg.channel, language, bucket_of(days), tone_of(leg.tone))
