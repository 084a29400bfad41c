"""``cease_and_consent``: what the ledger lets leave. A case tells events and one proposed contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from forbear.policy import zones
from forbear.policy.calendars import business_days_after
from forbear.policy.clock import zone_info
from forbear.policy.engine import judge
from forbear.policy.facts import Channel, ContactPoint, Facts, Location, Message, Occasion
from forbear.policy.folding import Event, Standing, fold, key_of
from forbear.policy.rulebook import Law
from forbear.policy.rules.shape import WEEKDAYS, seconds_of
from forbear.policy.suites import reading

DEADLINE_BUSINESS_DAYS = 10
_HOURS = ("regf.time", "regf.time.designated")
_STATUS = (
    "consent.opt_out",
    "consent.confirmation",
    "hold.",
    "regf.media_request",
    "regf.place",
    "regf.work",
    "regf.dispute",
    "contact_point.",
)
UNDER_TEST: Mapping[str, tuple[str, ...]] = {
    "consent.opt_out": ("consent.opt_out", "regf.media_request"),
    "consent.re_opt_in": ("consent.opt_out",),
    "consent.confirmation": ("consent.confirmation",),
    "contact_point.dead": ("contact_point.",),
    "contact_point.wrong_party": ("contact_point.",),
    "regf.time": _HOURS,
    "regf.place": ("regf.place",),
    "regf.cease": ("hold.cease",),
    "regf.attorney": ("hold.attorney",),
    "regf.work": ("regf.work", "regf.place"),
    "regf.work_email": ("regf.work",),
    "regf.contact_procedure": ("regf.contact_procedure.", "consent.opt_out"),
    "regf.third_party": ("contact_point.",),
    "status.bankruptcy": ("hold.bankruptcy",),
    "status.deceased": ("hold.deceased",),
    "tcpa.consent": ("tcpa.consent", "tcpa.do_not_call"),
    "pack.US-NV": ("us-nv.",),
    "precedence": (*_STATUS, *_HOURS),
}
"""The rules behind a case's words, by the beginning of their ids; other words name the rules themselves."""

_MESSAGES = (
    ("ordinar", "may_invoke_remedy"),
    ("remed", "intends_remedy"),
    ("intend", "intends_remedy"),
    ("effort", "ends_efforts"),
    ("terminat", "ends_efforts"),
    ("duplicative", "duplicative_notice"),
    ("original_creditor", "original_creditor"),
    ("verification", "verification"),
    ("legally_required", "legally_required_notice"),
)


def answer(case: Mapping[str, Any], law: Law) -> dict[str, Any]:
    given = case["input"]
    if "received_date" in given:
        received = date.fromisoformat(given["received_date"])
        return {"deadline_date": business_days_after(received, DEADLINE_BUSINESS_DAYS).isoformat()}
    proposed = given["proposed"]
    at = reading.instant(proposed["at"])
    events = [_event(each) for each in given["events"] if _concerns(each, proposed)]
    about = _facts(proposed, events, at)
    found = judge(about, law.with_rules(_prefixes(case["rules"])), at)
    until = found.next_allowed_at
    wanted = case["expect"].get("must_flag")
    return {
        **reading.decision(found),
        "next_allowed_date": until.astimezone(zone_info(_zone(about))).date().isoformat() if until else None,
        "must_flag": wanted if wanted in found.flags else "|".join(found.flags) or None,
    }


def _zone(about: Facts) -> str:
    return (about.zones or (about.organization.zone,))[0]


def _prefixes(rules: list[str]) -> tuple[str, ...]:
    return tuple(prefix for rule in rules for prefix in UNDER_TEST.get(rule, (rule,)))


def _concerns(each: Mapping[str, Any], proposed: Mapping[str, Any]) -> bool:
    """Unless stated, events concern the same consumer and collector."""
    same = (("collector", "C1"), ("person", "P1"))
    return all(each.get(who, proposed.get(who, default)) == proposed.get(who, default) for who, default in same)


def _event(each: Mapping[str, Any]) -> Event:
    """An event without a time has always stood; one that was mailed counts when it came."""
    told = each.get("received_at") or each.get("at") or each.get("sent_at")
    more: dict[str, Any] = dict(each)
    if each["type"] == "inconvenient_time":
        more["weekdays"] = [WEEKDAYS.index(day) for day in each["days"]]
        more["start"], more["end"] = seconds_of("from", each["from"]), seconds_of("to", each["to"])
    known = "prior_collector_used" if each["type"].startswith("prior_collector") else each["type"]
    return Event(
        known,
        reading.instant(told) if told else datetime.min.replace(tzinfo=UTC),
        each.get("channel", ""),
        each.get("contact"),
        each.get("debt", "D1"),
        more,
    )


def _facts(proposed: Mapping[str, Any], events: list[Event], at: datetime) -> Facts:
    standing = fold(events, at)
    channel = proposed["channel"]
    address = proposed.get("contact", "")
    return reading.facts(
        channel,
        organization=reading.organization(proposed.get("actor", "debt_collector")),
        account_id=proposed.get("debt", "D1"),
        contact_point=_contact_point(proposed, standing, channel, address),
        locations=_locations(proposed, address),
        history=tuple(standing.history),
        opt_outs=tuple(standing.opt_outs),
        holds=tuple(standing.holds),
        consents=tuple(standing.consents),
        requests=tuple(standing.requests),
        designations=tuple(standing.designations),
        shunned_places=tuple(standing.shunned_places),
        notices=tuple(standing.notices),
        checks=tuple(standing.checks),
        disputes=tuple(standing.disputes),
        debt_kind=proposed.get("debt_kind", "unknown"),
        provider=proposed.get("provider", ""),
        sender_kind=proposed.get("sender_kind", ""),
        technology=proposed.get("technology", "manual"),
        message=_message(proposed, standing),
    )


def _contact_point(proposed: Mapping[str, Any], standing: Standing, channel: str, address: str) -> ContactPoint:
    key = key_of(address)
    why = standing.closed.get(key, "")
    return reading.contact_point(
        channel,
        address,
        place=proposed.get("place", "unknown"),
        provenance="skip_traced" if key in standing.skip_traced else "unknown",
        status="closed" if why else "usable",
        closed_by=why,
        employer_prohibits=bool({key, key_of(proposed.get("place"))} & standing.employer_prohibits),
        employer_provided=key in standing.employer_provided,
    )


def _locations(proposed: Mapping[str, Any], address: str) -> tuple[Location, ...]:
    """The number's own evidence, else New York; and the state the case names."""
    found = [zones.locate_phone(address)] if address.startswith("+1") else []
    if "state" in proposed:
        found.append(Location("case", "", (), places=("US", f"US-{proposed['state']}")))
    return tuple(found) or (Location("case", "", ("America/New_York",), places=("US",)),)


def _message(proposed: Mapping[str, Any], standing: Standing) -> Message:
    word = proposed.get("message", "")
    kind = next((ours for part, ours in _MESSAGES if part in word), word)
    scope = proposed.get("amount_scope", "whole")
    purpose = proposed.get("purpose", "collection")
    if "confirmation" in word:
        asked = max((opt_out.at for opt_out in standing.opt_outs), default=None)
        return Message(Occasion.CONFIRMATION, purpose, answers_at=asked)
    if "in_reply_to" in proposed:
        channel = Channel(proposed["channel"])
        inbound = (c.at for c in standing.history if c.direction == "in" and c.channel == channel)
        return Message(Occasion.ANSWER, purpose, answers_at=max(inbound, default=None), kind=kind)
    return Message(Occasion.CAMPAIGN, purpose, kind=kind, amount_scope=scope)
