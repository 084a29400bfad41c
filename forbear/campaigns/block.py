"""A campaign's steps, and a block of its audience with everything that the judge and the wording ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forbear.dispatch.contacts import Item
from forbear.dispatch.gather import Case, facts_of, gather
from forbear.dispatch.history import contact
from forbear.dispatch.states import Occasion
from forbear.dispatch.texts import Text, text_of, words_of
from forbear.policy.facts import Facts

from .audience import Walker
from .models import Campaign
from .planner import end_of
from .states import Kind, Status


@dataclass(frozen=True, slots=True)
class Leg:
    """One step as it would be planned today. `wait`: from its end to the next one."""

    channel: str
    version_id: int | None
    bucket: str
    wait: timedelta = timedelta()


def legs_of(campaign: Campaign) -> list[Leg]:
    """In order; a draft broadcast has the one step that its launch would make. Empty: nothing is chosen yet."""
    if campaign.kind == Kind.BROADCAST and campaign.status == Status.DRAFT:
        template = campaign.template
        return [Leg(template.channel, template.current_id, template.bucket)] if template else []
    if campaign.strategy_version is None:
        return []
    steps = campaign.strategy_version.steps.select_related("template").order_by("position")
    return [
        Leg(
            step.channel,
            step.template.current_id if step.template else None,
            step.template.bucket if step.template else "",
            timedelta(minutes=step.wait_minutes),
        )
        for step in steps
    ]


class Block:
    """Some people of one campaign, gathered as the carrier gathers its batch; nothing is locked and nothing written."""

    def __init__(self, campaign: Campaign, walkers: Sequence[Walker], legs: Sequence[Leg], *, at: datetime) -> None:
        self._campaign, self._legs, self._not_after = campaign, legs, end_of(campaign)
        channels = [step for step, leg in enumerate(legs) if leg.channel not in {one.channel for one in legs[:step]}]
        self._got = gather([self.item(walker, step).case for walker in walkers for step in channels], at=at)
        versions = {leg.version_id for leg in legs} | {walker.version_id for walker in walkers}
        self._words = words_of(list(versions), [campaign.organization_id])

    def facts(self, item: Item) -> Facts:
        """The facts of one contact, with what was noted so far."""
        return facts_of(item.case, self._got)

    def text(self, item: Item, address: str) -> Text:
        """What the consumer would read, or why the text may not leave."""
        return text_of(item, self._got, self._words, address)

    def note(self, walker: Walker, step: int, at: datetime) -> None:
        """From now on this contact has happened: the limits count it."""
        sent = contact(at, self._legs[step].channel, walker.account_id, Occasion.CAMPAIGN)
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
        campaign, leg = self._campaign, self._legs[step]
        case = Case(
            walker.item_id or -walker.account_id,
            campaign.organization_id,
            Occasion.CAMPAIGN,
            walker.account_id,
            walker.consumer_id,
            leg.channel,
        )
        version = walker.version_id if step == walker.step and walker.version_id else leg.version_id
        return Item(case, campaign.pk, None, step, version, "", campaign.sender_id, self._not_after, "system")
