"""What keeps a campaign from being activated, each with the page that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from forbear.strategies.states import Status as StrategyStatus
from forbear.web.navigation import address

from .models import Campaign
from .preflight import problems_of


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a draft from being activated, with the page that mends it."""

    sentence: str
    url: str = ""
    verb: str = ""


def problems(campaign: Campaign, *, at: datetime) -> list[Problem]:
    """Everything that keeps it a draft, at once."""
    return problems_in(campaign, problems_of(campaign, at=at))


def problems_in(campaign: Campaign, found: Mapping[str, str]) -> list[Problem]:
    """Sentences by field, each with where it is mended."""
    return [_problem(campaign, name, sentence) for name, sentence in found.items()]


def _problem(campaign: Campaign, field: str, sentence: str) -> Problem:
    edits, adds = (address(name, campaign.public_id) for name in ("campaign_edit", "campaign_accounts"))
    version = campaign.strategy_version
    strategy = address("strategy", version.strategy.public_id) if version else ""
    places = {
        "strategy_id": _strategy_place(campaign, edits, strategy),
        "strategy": (edits, "Choose another strategy"),
        "steps": (strategy or address("strategies"), "Open the strategy"),
        "template": (address("templates"), "Templates"),
        "wording": (address("templates"), "Templates"),
        "sender": (address("settings_channels"), "Settings, Channels and senders"),
        "channels": (address("settings_channels"), "Settings, Channels and senders"),
        "accounts": (adds, "Add accounts"),
        "list_id": (adds, "Add accounts"),
        "end_date": (edits, "Change the dates"),
        "start_date": (edits, "Change the dates"),
    }
    known = next((place for word, place in places.items() if field == word or field.startswith(f"{word}.")), ("", ""))
    return Problem(sentence, *(known if known[0] else ("", "")))


def _strategy_place(campaign: Campaign, edits: str, strategy: str) -> tuple[str, str]:
    """A draft of a strategy is activated on its own page; any other has to be chosen."""
    version = campaign.strategy_version
    if version is not None and version.strategy.status == StrategyStatus.DRAFT:
        return strategy, "Open the strategy"
    return edits, "Choose a strategy"
