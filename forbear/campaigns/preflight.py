"""Everything that keeps a campaign from being launched, all at once: one sentence a field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from forbear.channels.queries import gates_of
from forbear.strategies.models import Step, Strategy, StrategyVersion
from forbear.strategies.plans import words_channel
from forbear.strategies.queries import newest_version
from forbear.strategies.states import Status as StrategyStatus
from forbear.wording.choosing import choices_of

from .models import Campaign
from .refusals import StrategyRequired
from .states import Kind


def problems_of(campaign: Campaign, *, at: datetime) -> dict[str, str]:
    """Empty: it may be launched."""
    found: dict[str, str] = {}
    if campaign.end_date < at.astimezone(ZoneInfo(campaign.time_zone)).date():
        found["end_date"] = "The end date is in the past."
    if campaign.kind == Kind.BROADCAST:
        _broadcast(campaign, found)
    elif campaign.strategy_version is None:
        found["strategy_id"] = str(StrategyRequired.__doc__)
    else:
        _strategy(campaign, campaign.strategy_version, found)
    return found


def _strategy(campaign: Campaign, version: StrategyVersion, found: dict[str, str]) -> None:
    """Decision 1, of the version that accounts would begin to walk."""
    if campaign.kind == Kind.PORTFOLIO:
        version = newest_version(version.strategy)
        if version.strategy.status != StrategyStatus.ACTIVE:
            found["strategy_id"] = _not_active(version.strategy)
    gates = gates_of([campaign.organization_id])
    steps = list(version.steps.select_related("template"))
    for channel in dict.fromkeys(step.channel for step in steps):
        if gates.choose(campaign.organization_id, channel, campaign.sender_id) is None:
            found[f"channels.{channel}"] = _no_sender(channel)
    found |= {f"steps.{step.position}": sentence for step, sentence in _wordless(campaign, steps)}


def _not_active(strategy: Strategy) -> str:
    if strategy.status == StrategyStatus.ARCHIVED:
        return f"The strategy {strategy.name!r} is archived: choose another one."
    return f"The strategy {strategy.name!r} is not active: activate it first."


def _no_sender(channel: str) -> str:
    return f"No sender is set up for {channel}: add one under Settings > Channels."


def _wordless(campaign: Campaign, steps: Sequence[Step]) -> Iterator[tuple[Step, str]]:
    """The steps that have nothing to say, and why."""
    spoken = _spoken(campaign) if any(step.template is None for step in steps) else frozenset()
    for step in steps:
        number = step.position + 1
        if step.template is not None and step.template.archived_at is not None:
            yield step, f"The template {step.template.name!r} of step {number} has been archived; choose another one."
        elif step.template is None and words_channel(step.channel) not in spoken:
            locale = campaign.organization.locale
            yield step, f"There is no wording for {step.channel} in {locale}: write one, or name one in step {number}."


def _spoken(campaign: Campaign) -> frozenset[str]:
    """The channels that have wordings in the organization's language."""
    locale = campaign.organization.locale
    known = choices_of([campaign.organization_id]).versions
    return frozenset(kind.channel for kind in known if kind.language in (locale, locale[:2]))


def _broadcast(campaign: Campaign, found: dict[str, str]) -> None:
    if campaign.template is None:
        found["template_id"] = "Choose a message."
    elif campaign.template.archived_at is not None or campaign.template.current_id is None:
        found["template_id"] = "The template has been archived; choose another message."
    elif gates_of([campaign.organization_id]).choose(campaign.organization_id, campaign.template.channel, None) is None:
        found["sender"] = _no_sender(campaign.template.channel)
    if campaign.contact_list is None:
        if not campaign.enrollments.exists():
            found["list_id"] = "Choose a contact list."
    elif not campaign.contact_list.members.exists() and not _frozen(campaign):
        found["list_id"] = f"The list {campaign.contact_list.name!r} is empty: there is nobody to write to."


def _frozen(campaign: Campaign) -> bool:
    return not campaign.follow_list and campaign.enrollments.exists()
