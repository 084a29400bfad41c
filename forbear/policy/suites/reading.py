"""What the suites read alike: instants, actors, and facts about nobody in particular."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from forbear.policy.facts import Actor, ContactPoint, Facts, Limits, Message, Organization
from forbear.policy.verdict import Verdict

ACTORS = {
    "debt_collector": Actor.THIRD_PARTY_COLLECTOR,
    "third_party_collector": Actor.THIRD_PARTY_COLLECTOR,
    "debt_buyer": Actor.DEBT_BUYER,
    "first_party_creditor": Actor.CREDITOR,
    "creditor": Actor.CREDITOR,
    "original_creditor": Actor.CREDITOR,
    "collector": Actor.THIRD_PARTY_COLLECTOR,
    "servicer": Actor.SERVICER,
    "law_firm": Actor.LAW_FIRM,
    "any": Actor.THIRD_PARTY_COLLECTOR,
}
_OPEN = Limits(per_day=None, per_week=None, window_from=time(0), window_to=time(0), holidays_closed=False)


def instant(text: str) -> datetime:
    """An ISO instant; a plain date is its noon in UTC. Raises ValueError for a naive time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        if len(text) > 10:
            raise ValueError(f"{text} has no time zone")
        return moment.replace(hour=12, tzinfo=UTC)
    return moment


def written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def organization(actor: str = "debt_collector", country: str = "US", zone: str = "UTC") -> Organization:
    return Organization("C1", ACTORS[actor], country, zone, _OPEN)


def contact_point(channel: str, address: str = "", **more: Any) -> ContactPoint:
    kind = {"email": "email", "letter": "letter", "private_message": "private_message"}.get(channel, "phone")
    return ContactPoint("contact", kind, address, **more)


def facts(channel: str, **more: Any) -> Facts:
    """A contact with nothing against it but what is given."""
    known: dict[str, Any] = {
        "organization": organization(),
        "person_id": "P1",
        "account_id": "D1",
        "account_status": "pending_contact",
        "account_eligible": True,
        "channel": channel,
        "contact_point": contact_point(channel),
        "message": Message(),
    }
    return Facts(**{**known, **more})


def decision(verdict: Verdict) -> dict[str, Any]:
    """The verdict in the vectors' words."""
    return {
        "decision": str(verdict.outcome),
        "next_allowed_at": written(verdict.next_allowed_at),
        "unblock_by": "|".join(verdict.unblock_by) or None,
    }


def dates(texts: list[str] | None) -> frozenset[date] | None:
    """None stays None: nobody told."""
    return None if texts is None else frozenset(date.fromisoformat(text) for text in texts)
