"""One consumer, one debt, one organization; a test says only what is different."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from forbear.policy import zones
from forbear.policy.engine import judge
from forbear.policy.facts import Actor, Channel, Contact, ContactPoint, Facts, Limits, Message, Organization
from forbear.policy.loading import standard
from forbear.policy.verdict import Verdict

NEW_YORKER = "+12125550101"
NOON = datetime(2026, 4, 14, 16, tzinfo=UTC)
"""A Tuesday, 12:00 in New York and 09:00 in Los Angeles."""
NIGHT = datetime(2026, 4, 15, 6, tzinfo=UTC)
"""02:00 in New York."""


def organization(actor: str = Actor.CREDITOR, **limits: Any) -> Organization:
    return Organization("org", actor, "US", "America/New_York", Limits(**limits))


def facts(**more: Any) -> Facts:
    known: dict[str, Any] = {
        "organization": organization(),
        "person_id": "dana",
        "account_id": "card",
        "account_status": "pending_contact",
        "account_eligible": True,
        "channel": Channel.SMS,
        "contact_point": ContactPoint("point", "phone", NEW_YORKER, "mobile", "given_by_consumer"),
        "locations": (zones.locate_phone(NEW_YORKER),),
        "message": Message(),
    }
    return Facts(**{**known, **more})


def text(at: datetime, **more: Any) -> Contact:
    return Contact(at, Channel.SMS, "out", ("card",), "delivered", **more)


def verdict(at: datetime = NOON, **more: Any) -> Verdict:
    return judge(facts(**more), standard(), at)
