"""What somebody should know who reads a dry run: each a code, a sentence, and how many contacts it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forbear.accounts.states import Bucket
from forbear.channels.queries import Gate
from forbear.dispatch.states import Channel
from forbear.web.formats import plural

from .block import Leg
from .models import Campaign
from .preflight import problems_of
from .states import Kind, Status

BUCKETS = {
    Bucket.CURRENT: "accounts not yet due",
    Bucket.FIRST: "1 to 30 days past due",
    Bucket.SECOND: "31 to 60 days past due",
    Bucket.THIRD: "61 to 90 days past due",
    Bucket.FINAL: "91 days past due and more",
}
Caveat = tuple[str, str, int | None]


@dataclass(slots=True)
class Seen:
    """Contacts that were noticed on the way."""

    other_bucket: int = 0
    without_value: int = 0
    overflowed: int = 0


def caveats(
    campaign: Campaign, seen: Seen, legs: Sequence[Leg], gates: Mapping[str, Gate | None], *, at: datetime
) -> list[dict[str, Any]]:
    """The most important first."""
    found = [*_of_campaign(campaign, at), *_of_letters(campaign, legs), *_of_contacts(seen, legs, gates)]
    return [{"code": code, "say": say, "count": count} for code, say, count in found]


def _of_campaign(campaign: Campaign, at: datetime) -> Iterator[Caveat]:
    organization = campaign.organization
    if campaign.status == Status.DRAFT:
        for problem in problems_of(campaign, at=at).values():
            yield "not_ready", problem, None
    if organization.engine_paused:
        yield "engine_paused", "The engine is paused: nothing leaves before it is resumed.", None
    if campaign.status == Status.PAUSED:
        yield "campaign_paused", "The campaign is paused: these days are as if it were resumed now.", None
    if campaign.kind != Kind.BROADCAST and not organization.auto_enqueue:
        yield "by_hand", "Contacts are planned by hand: these days are as if Enqueue were pressed at once.", None


def _of_letters(campaign: Campaign, legs: Sequence[Leg]) -> Iterator[Caveat]:
    if not campaign.organization.postal_address and any(leg.channel == Channel.EMAIL for leg in legs):
        say = "Your letters have no postal address at their foot: it is written under Settings, Organization."
        yield "no_postal_address", say, None


def _of_contacts(seen: Seen, legs: Sequence[Leg], gates: Mapping[str, Gate | None]) -> Iterator[Caveat]:
    if seen.other_bucket:
        meant = " and ".join(dict.fromkeys(BUCKETS[Bucket(leg.bucket)] for leg in legs if leg.bucket))
        messages = plural(seen.other_bucket, "message goes", "messages go")
        yield "other_bucket", f"{messages} to accounts in another bucket: the text is for {meant}.", seen.other_bucket
    if seen.without_value:
        contacts = plural(seen.without_value, "contact lacks", "contacts lack")
        yield "missing_value", f"{contacts} a value that the text needs, and get nothing.", seen.without_value
    if seen.overflowed:
        rates = [f"{gate.rate_per_second:,} a second" for gate in gates.values() if gate and gate.rate_per_second]
        wait = plural(seen.overflowed, "time a contact waits", "times contacts wait")
        say = f"The gateway's rate ({', '.join(rates)}) is too low for a day's window: {wait} for the next one."
        yield "rate_too_low", say, seen.overflowed
