"""How a decision is kept: the verdict, and what it was decided on. Ids, words and figures; no name, address or text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from forbear.policy.facts import Facts
from forbear.policy.rulebook import Law
from forbear.policy.verdict import Finding, Outcome, Verdict, iso

OPTED_OUT = "consent.opt_out"


def record_of(verdict: Verdict, facts: Facts) -> dict[str, Any]:
    """``Verdict.record()`` with ``used``: the facts as they stood, as far as there were any."""
    return verdict.record() | {"used": used(facts)}


def written(verdict: Verdict, facts: Facts) -> str:
    """``record_of`` as canonical JSON, byte for byte. What contacts have in common is encoded once and remembered: this
    runs thousands of times a second."""
    decided = _remembered(_decisions, _decided(verdict), lambda: _between(verdict))
    looked_at = _remembered(_sights, _looked_at(facts), lambda: _encode(used(facts) | _nowhere(facts)))
    if facts.contact_point is not None:
        looked_at = looked_at.replace(_NOWHERE, _encode(facts.contact_point.id), 1)
    return f'{{"at":{_written_at(verdict.at)},{decided},"used":{looked_at}}}'


Key = tuple[Any, ...]
REMEMBERED = 4096
_decisions: dict[Key, str] = {}
_sights: dict[Key, str] = {}
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_NOWHERE = _encode("\0")


def _remembered(texts: dict[Key, str], key: Key, encode: Callable[[], str]) -> str:
    text = texts.get(key)
    if text is None:
        if len(texts) >= REMEMBERED:
            texts.clear()
        text = texts[key] = encode()
    return text


def _decided(verdict: Verdict) -> Key:
    """All that the record tells of the verdict but its instant. No fact of a rule is now ``1``, now ``True``."""
    telling = [
        (one.rule, one.pack, one.outcome, one.until, one.unblock_by, tuple(one.facts.items()), one.reason, one.flag)
        for one in verdict.findings
        if one.facts or one.flag or one.outcome is not Outcome.ALLOW
    ]
    packs = frozenset([finding.pack for finding in verdict.findings])
    whole = (verdict.outcome, verdict.next_allowed_at, verdict.unblock_by, verdict.tzdata, len(verdict.findings))
    return (*whole, packs, *telling)


def _between(verdict: Verdict) -> str:
    """What stands in the record between the instant and the facts, in the order of their names."""
    record = verdict.record()
    del record["at"]
    return _encode(record)[1:-1]


@lru_cache(maxsize=64)
def _written_at(at: datetime) -> str:
    return _encode(iso(at))


def _looked_at(facts: Facts) -> Key:
    """All that ``used`` tells but the contact point's id."""
    point, message = facts.contact_point, facts.message
    return (
        facts.organization.actor,
        facts.organization.limits,
        facts.channel,
        message.occasion,
        message.purpose,
        facts.account_status,
        facts.places,
        facts.zones,
        len(facts.history),
        _latest(facts) if facts.history else "",
        tuple(hold.kind for hold in facts.holds),
        tuple(approval.id for approval in facts.approvals),
        None if point is None else (bool(point.id), point.provenance, point.status),
        *(len(getattr(facts, name)) for name in _COUNTED),
    )


def _nowhere(facts: Facts) -> dict[str, str]:
    return {} if facts.contact_point is None or not facts.contact_point.id else {"point": "\0"}


def used(facts: Facts) -> dict[str, Any]:
    """What was looked at. Lists are counted, holds and approvals are named; what was empty is left out."""
    limits, point = facts.organization.limits, facts.contact_point
    told: dict[str, Any] = {
        "actor": str(facts.organization.actor),
        "channel": str(facts.channel),
        "occasion": str(facts.message.occasion),
        "purpose": str(facts.message.purpose),
        "account_status": facts.account_status,
        "places": list(facts.places),
        "zones": list(facts.zones),
        "limits": [limits.per_day, limits.per_week, limits.min_interval_hours],
        "history": len(facts.history),
        "last_contact": _latest(facts),
        "holds": sorted({str(hold.kind) for hold in facts.holds}),
        "approvals": sorted({approval.id for approval in facts.approvals}),
    }
    if point is not None:
        told |= {"point": point.id, "provenance": point.provenance, "point_status": point.status}
    told |= {name: len(getattr(facts, name)) for name in _COUNTED}
    return {name: value for name, value in told.items() if value}


_COUNTED = ("opt_outs", "consents", "requests", "notices", "checks", "disputes", "designations", "shunned_places")


def _latest(facts: Facts) -> str:
    latest = max((contact.at for contact in facts.history), default=None)
    return "" if latest is None else latest.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def opted_out_record(law: Law, *, channel: str, scope: str, since: date, at: datetime) -> dict[str, Any]:
    """The record of a contact that an opt-out ended without a judge: the one rule that speaks, as it would.

    scope: ``address`` or ``person``.
    """
    rule = law.rule(OPTED_OUT)
    facts: Mapping[str, Any] = {"channel": channel, "scope": scope, "since": since.isoformat()}
    unblock_by = ("re_opt_in",)
    finding = Finding(OPTED_OUT, rule.pack if rule else "", Outcome.BLOCK, None, unblock_by, facts, "opted_out")
    return Verdict(Outcome.BLOCK, None, unblock_by, (finding,), at.astimezone(UTC), law.tzdata).record()
