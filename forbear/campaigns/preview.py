"""What a launch at one minute would do: the first look of a dry run, and nothing is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from forbear.dispatch.refused import not_now
from forbear.dispatch.states import ItemStatus
from forbear.policy.engine import judge
from forbear.policy.loading import standard as law

from .audience import Walker, audience_of
from .block import Block, routes_of
from .models import Campaign
from .reasons import sentence_of
from .rehearsal import BLOCK

CAP = 20_000
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One recipient before the launch: the evaluated text, and what would happen to it."""

    account_id: int
    name: str
    address: str
    text: str
    segments: int
    fate: str
    sentence: str


@dataclass(slots=True)
class Preview:
    """What a launch at this minute would do. `counted` of `total` recipients were judged (all, up to the cap)."""

    total: int = 0
    counted: int = 0
    leave_now: int = 0
    segments: int = 0
    held: Counter[datetime] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    sentences: dict[str, str] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    @property
    def held_total(self) -> int:
        return sum(self.held.values())

    @property
    def excluded_total(self) -> int:
        return sum(self.excluded.values())

    def exclude(self, reason: str, sentence: str, count: int = 1) -> None:
        self.excluded[reason] += count
        self.sentences.setdefault(reason, sentence or sentence_of(reason))


def launch_preview(campaign: Campaign, *, at: datetime, cap: int = CAP) -> Preview:
    """Judge the recipients as the carrier would, writing nothing. Beyond `cap` recipients the first ones are judged."""
    audience = audience_of(campaign, at=at)
    preview = Preview(total=audience.size)
    for reason, accounts in audience.excluded.items():
        preview.exclude(reason, "", len(accounts))
    del audience.walkers[cap:]
    preview.counted = audience.size
    routes = routes_of(campaign)
    for walkers in audience.blocks(BLOCK):
        block = Block(campaign, walkers, routes, at=at)
        for walker in walkers:
            _look_at(walker, block, preview, at)
    return preview


def _look_at(walker: Walker, block: Block, preview: Preview, at: datetime) -> None:
    item = block.item(walker, walker.step)
    facts = block.facts(item)
    verdict = judge(facts, law(), at)
    address = facts.contact_point.address if facts.contact_point else ""
    text = block.text(item, address)
    fate, sentence = "leaves", "Leaves now."
    if not verdict.allowed:
        answer = not_now(item, verdict, "")
        sentence = law().say(verdict.deciding) if verdict.deciding else ""
        if answer.status is ItemStatus.PENDING and answer.until is not None:
            preview.held[answer.until] += 1
            fate = "held"
        else:
            preview.exclude(answer.reason, sentence)
            fate = "excluded"
    elif text.problem:
        preview.exclude(text.problem, text.sentence)
        fate, sentence = "excluded", text.sentence
    else:
        preview.leave_now += 1
        preview.segments += text.segments
    if len(preview.samples) < SAMPLES and text.body:
        name = block.name(walker)
        preview.samples.append(Sample(walker.account_id, name, address, text.body, text.segments, fate, sentence))
