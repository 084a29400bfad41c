"""Who answers the suites of vectors that lie above the policy: what was meant, and how a message is worded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forbear.agent.intents import Intent, classify
from forbear.policy.check import SUITES, Suite
from forbear.policy.rulebook import Law
from forbear.policy.suites import content
from forbear.wording.lint import Situation, errors, lint

TWILIO_STOP_WORDS = frozenset({"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"})
"""What Twilio's default filter blocks by itself: the whole message is one of these words, in any case."""


def all_suites() -> Mapping[str, Suite]:
    """Every suite there is, by name."""
    return {**SUITES, "content": _content, "opt_out_keywords": _keywords}


def _content(case: Mapping[str, Any], _law: Law) -> dict[str, Any]:
    return content.answer(case, _lint)


def _lint(given: Mapping[str, Any]) -> tuple[str, ...]:
    situation = Situation(
        channel=given.get("channel", "sms"),
        language=given.get("language", "en"),
        actor="third_party_collector",
        stage="initial" if given.get("first_written_after_oral") else given.get("stage", "subsequent"),
        link_follows=False,
    )
    return tuple(finding.code for finding in errors(lint(given.get("text", ""), situation)))


def _keywords(case: Mapping[str, Any], _law: Law) -> dict[str, Any]:
    given = case["input"]
    context = given.get("context", {})
    reading = classify(
        given["body"],
        channel=given["channel"],
        language=given.get("language", "en"),
        state=context.get("state", ""),
        asked=bool(context.get("asked") or context.get("question_pending")),
    )
    intents = [str(intent) for intent in Intent if intent in reading.intents]
    closes = sorted({given["channel"], *reading.closes} if "all" in reading.closes else reading.closes)
    return {
        "intent": str(reading.primary),
        "intent_in": str(reading.primary),
        "intents_must_include": intents,
        "must_suppress": closes,
        "route": "human" if reading.route_to_person else None,
        "twilio_default_blocks": given["body"].strip().casefold() in TWILIO_STOP_WORDS,
    }
