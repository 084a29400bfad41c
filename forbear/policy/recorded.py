"""How a decision is kept: the verdict, and what it was decided on. Ids, words and figures; no name, address or text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from forbear.policy.facts import Facts
from forbear.policy.rulebook import Law
from forbear.policy.verdict import Finding, Outcome, Verdict

OPTED_OUT = "consent.opt_out"


def record_of(verdict: Verdict, facts: Facts) -> dict[str, Any]:
    """``Verdict.record()`` with ``used``: the facts as they stood, as far as there were any."""
    return verdict.record() | {"used": used(facts)}


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
