"""What becomes of a text at the paper gateway, and who reads it: decided by a hash, the same every time.

The terms stand in the `options` of the provider account:

    reject, undelivered, lost      odds of each fate, 0 to 1; the rest is delivered
    unanswered                     odds that the text is taken and our own answer to it gets lost
    seed                           another seed, other fates
    codes                          {"reject": {code: sentence}, "undelivered": {code: sentence}}
    delay_seconds                  from hand-over to receipt
    blocked                        numbers that stopped us at the gateway itself
    handles_stop                   the gateway blocks and confirms stop words itself
    consumers                      {persona: share}; whom no share covers is silent
    calls                          {result: share} of calls; what no share covers is answered
    answer_seconds                 [shortest, longest] time from delivery to a consumer's answer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, TypeVar

from .states import Answers, Fate, Persona

Word = TypeVar("Word", bound=str)

REJECTIONS = {
    "not_a_number": "This is not the number of any telephone.",
    "landline": "This number belongs to a landline, which takes no texts.",
}
FAILURES = {
    "unreachable": "The telephone could not be reached.",
    "carrier_filtered": "The carrier filtered the text.",
    "unknown_subscriber": "The carrier knows no such subscriber.",
}
# What a gateway with `handles_stop` acts on by itself: these words alone, as carriers do.
STOP_WORDS = ("stop", "stopall", "unsubscribe", "cancel", "end", "quit")
START_WORDS = ("start", "unstop")
BLOCKED = "blocked_by_consumer"
BLOCKED_SENTENCE = "The consumer has stopped this sender at the gateway."


@dataclass(frozen=True, slots=True)
class Terms:
    """The options of one paper account, read once a batch."""

    seed: str = ""
    odds: Mapping[Fate, float] = field(default_factory=dict)
    unanswered: float = 0.0
    codes: Mapping[Fate, Mapping[str, str]] = field(default_factory=dict)
    delay_seconds: int = 0
    blocked: frozenset[str] = frozenset()
    handles_stop: bool = False
    shares: Mapping[Persona, float] = field(default_factory=dict)
    answer_seconds: tuple[int, int] = (90, 5400)
    calls: Mapping[Answers, float] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Terms:
        """Raises ValueError or TypeError for options that are none."""
        codes, shares = options.get("codes", {}), options.get("consumers", {})
        shortest, longest = options.get("answer_seconds", cls().answer_seconds)
        return cls(
            seed=str(options.get("seed", "")),
            odds={fate: float(options.get(word, 0)) for fate, word in _ODDS.items()},
            unanswered=float(options.get("unanswered", 0)),
            codes={
                Fate.REJECTED: dict(codes.get("reject", REJECTIONS)),
                Fate.UNDELIVERED: dict(codes.get("undelivered", FAILURES)),
            },
            delay_seconds=int(options.get("delay_seconds", 0)),
            blocked=frozenset(options.get("blocked", ())),
            handles_stop=options.get("handles_stop") is True,
            shares={Persona(word): float(share) for word, share in shares.items()},
            answer_seconds=(int(shortest), int(longest)),
            calls={Answers(word): float(share) for word, share in options.get("calls", {}).items()},
        )

    def fate_of(self, reference: str) -> tuple[Fate, str, str]:
        """Fate, code and sentence of the text with this reference."""
        fate = picked(self.odds, self.roll("fate", reference), Fate.DELIVERED)
        codes = self.codes.get(fate, {})
        if not codes:
            return fate, "", ""
        code = chosen(sorted(codes), self.roll("code", reference))
        return fate, code, codes[code]

    def delivered_at(self, at: datetime) -> datetime:
        """When a text handed over at `at` arrives."""
        return at + timedelta(seconds=self.delay_seconds)

    def loses_answer(self, reference: str) -> bool:
        return self.roll("answer", reference) < self.unanswered

    def persona_of(self, phone: str) -> Persona:
        return picked(self.shares, self.roll("persona", phone), Persona.SILENT)

    def answers_after(self, gateway_id: str) -> int:
        """Seconds between reading a text and answering it."""
        shortest, longest = self.answer_seconds
        return shortest + int(self.roll("pause", gateway_id) * max(longest - shortest, 0))

    def roll(self, of: str, key: str) -> float:
        """Evenly spread in [0, 1), and always the same for the same key."""
        return rolled(self.seed, of, key)


_ODDS = {Fate.REJECTED: "reject", Fate.UNDELIVERED: "undelivered", Fate.LOST: "lost"}


def rolled(*words: str) -> float:
    """A number in [0, 1) that is a hash of the words."""
    digest = blake2b("\x1f".join(words).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


def picked(shares: Mapping[Word, float], roll: float, otherwise: Word) -> Word:
    """The word whose slice of [0, 1) the roll falls in."""
    edge = 0.0
    for word, share in shares.items():
        edge += share
        if roll < edge:
            return word
    return otherwise


def chosen(words: Sequence[str], roll: float) -> str:
    """One of the words, each as likely as the other."""
    return words[int(roll * len(words))]
