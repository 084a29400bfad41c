"""``call_frequency``: seven in seven, the wait after a conversation, the caps of states and countries.

Cases speak of local dates alone. Each date is put on noon in UTC, with one second between two events of a
day so that they keep their order, and the person lives by UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from forbear.policy.engine import judge
from forbear.policy.facts import Contact, Facts, Location, Message, Occasion
from forbear.policy.ledger import Consent, Notice
from forbear.policy.rulebook import Law
from forbear.policy.suites import reading
from forbear.policy.verdict import Outcome, Verdict

FEDERAL = frozenset({"rolling_cap", "wait_after_conversation"})
PACKS = FEDERAL | {"wait_after_notice", "consent_required", "hourly_cap"}
PURPOSES = {"collect": "collection", "ask_consent": "ask_consent"}
_NO_CONTACT = ("consent", "revo", "withdraw", "statutory_notice")


def answer(case: Mapping[str, Any], law: Law) -> dict[str, Any]:
    given = case["input"]
    if "regf.call_pattern_flags" in case["rules"]:
        return _flags(given, law.only("US-REGF", kinds=frozenset({"call_pattern"})))
    pack = given.get("pack")
    packs = law.only(pack or "US-REGF", kinds=PACKS if pack else FEDERAL)
    about = _facts(given, packs)
    verdict = judge(about, packs, _proposed_at(given["proposed"]))
    return _answered(verdict)


def _answered(verdict: Verdict) -> dict[str, Any]:
    until = verdict.next_allowed_at
    return {
        **reading.decision(verdict),
        "next_allowed_date": until.date().isoformat() if until else None,
        "why": sorted({f.reason for f in verdict.findings if f.outcome is not Outcome.ALLOW}),
        "counted": max((n for f in verdict.findings if isinstance(n := f.facts.get("n"), int)), default=0),
    }


def _flags(given: Mapping[str, Any], packs: Law) -> dict[str, Any]:
    proposed = given["proposed"]
    found = judge(_facts(given, packs), packs, reading.instant(proposed["at"]))
    return {"flags_must_include": list(found.flags), "flags": list(found.flags)}


def _facts(given: Mapping[str, Any], packs: Law) -> Facts:
    proposed = given["proposed"]
    collector = given.get("collector", "C1")
    events = [e for e in given.get("history", ()) if e.get("collector", "C1") == collector]
    places = tuple(pack.place for pack in packs.packs if pack.place)
    person = proposed.get("person", "P1")
    return reading.facts(
        proposed["channel"],
        person_id=person,
        account_id=(debts := _debts(proposed))[0],
        account_ids=debts,
        contact_point=reading.contact_point(
            proposed["channel"],
            proposed.get("number", ""),
            place=proposed.get("place", "unknown"),
            line=proposed.get("line", "unknown"),
        ),
        locations=(Location("case", "", ("UTC",), places=places),),
        history=tuple(_contact(event, n) for n, event in enumerate(events) if _is_contact(event)),
        consents=tuple(_consents([e for e in events if e.get("person", person) == person], proposed)),
        notices=tuple(_notices(events)),
        role=proposed.get("role", "consumer"),
        same_debt=tuple(tuple(group) for group in given.get("single_account_groups", ())),
        holidays=reading.dates(given.get("holidays", [])),
        message=Message(Occasion.ANSWER if "in_reply_to" in proposed else Occasion.CAMPAIGN, _purpose(proposed)),
    )


def _debts(event: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(event.get("debts") or [event.get("debt", "D1")])


def _purpose(event: Mapping[str, Any]) -> str:
    purpose: str = event.get("purpose", "collect")
    return PURPOSES.get(purpose, purpose)


def _noon(day: str, seconds: int) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=12, seconds=seconds)


def _proposed_at(proposed: Mapping[str, Any]) -> datetime:
    """After everything else of its day, unless the case names the instant."""
    return reading.instant(proposed["at"]) if "at" in proposed else _noon(proposed["date"], 86_399 - 43_200)


def _when(event: Mapping[str, Any], order: int) -> datetime:
    return reading.instant(event["at"]) if "at" in event else _noon(event["date"], order)


def _is_contact(event: Mapping[str, Any]) -> bool:
    return not any(word in event.get("kind", "") for word in _NO_CONTACT)


def _contact(event: Mapping[str, Any], order: int) -> Contact:
    inbound = "inbound" in (event.get("direction", ""), event.get("kind", "").partition("_")[0])
    return Contact(
        _when(event, order),
        event.get("channel") or _channel(event.get("kind", "")),
        "in" if inbound else "out",
        _debts(event),
        event.get("result"),
        person_id=event.get("person"),
        address=event.get("number"),
        place=event.get("place", "unknown"),
        purpose=_purpose(event),
    )


def _channel(kind: str) -> str:
    for channel in ("ringless_voicemail", "prerecorded_voice", "sms", "email", "letter"):
        if channel in kind:
            return channel
    return "sms" if "text" in kind else "voice"


def _consents(events: list[Mapping[str, Any]], proposed: Mapping[str, Any]) -> Iterator[Consent]:
    for order, event in enumerate(events):
        if event.get("kind") == "consent":
            through = event.get("through")
            yield Consent(
                event.get("given_to", "collector"),
                "voice",
                _when(event, order),
                account_ids=_debts(event),
                through=date.fromisoformat(through) if through else None,
                ended_at=_revoked(events, order),
            )
    if proposed.get("consent") or proposed.get("prior_express_consent"):
        yield Consent("creditor", "any", datetime.min.replace(tzinfo=UTC))


def _revoked(events: list[Mapping[str, Any]], given: int) -> datetime | None:
    for order, event in enumerate(events):
        ends = any(word in event.get("kind", "") for word in ("revo", "withdraw"))
        if order > given and ends and set(_debts(event)) & set(_debts(events[given])):
            return _when(event, order)
    return None


def _notices(events: list[Mapping[str, Any]]) -> Iterator[Notice]:
    for order, event in enumerate(events):
        if event.get("kind") == "statutory_notice":
            yield Notice("statutory", _when(event, order), _debts(event)[0])
