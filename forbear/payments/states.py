"""The words of the payments room."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from forbear.core.lifecycle import Lifecycle


class EntryKind(StrEnum):
    """What moves a balance. The placement is the account's own `placed_minor`, never a row."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    ADJUSTMENT = "adjustment"
    FEE = "fee"


class Method(StrEnum):
    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    CHECK = "check"
    PORTAL = "portal"
    OTHER = "other"


class PromiseStatus(StrEnum):
    ACTIVE = "active"
    VERIFYING = "verifying"
    FULFILLED = "fulfilled"
    OVERDUE = "overdue"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


class Modality(StrEnum):
    TOTAL = "total"
    PARTIAL = "partial"


class PromiseSource(StrEnum):
    STAFF = "staff"
    API = "api"
    AGENT = "agent"
    REPLY = "reply"
    CALL = "call"
    PORTAL = "portal"


class KeptBy(StrEnum):
    """What fulfilled a promise: payments by its day, a balance of zero, or somebody's word."""

    PAYMENTS = "payments"
    PAID_IN_FULL = "paid_in_full"
    HAND = "hand"


OPEN: Final = (PromiseStatus.ACTIVE, PromiseStatus.VERIFYING, PromiseStatus.OVERDUE)
WAITING: Final = (PromiseStatus.ACTIVE, PromiseStatus.VERIFYING)

PROMISE = Lifecycle(
    PromiseStatus,
    {
        "report": {PromiseStatus.ACTIVE: PromiseStatus.VERIFYING},
        "deny": {PromiseStatus.VERIFYING: PromiseStatus.ACTIVE},
        "fulfill": dict.fromkeys(OPEN, PromiseStatus.FULFILLED),
        "lapse": dict.fromkeys(WAITING, PromiseStatus.OVERDUE),
        "reschedule": dict.fromkeys((PromiseStatus.ACTIVE, PromiseStatus.OVERDUE), PromiseStatus.RESCHEDULED),
        "cancel": dict.fromkeys((PromiseStatus.ACTIVE, PromiseStatus.OVERDUE), PromiseStatus.CANCELLED),
        # Only the reversal of what fulfilled it; nobody chooses it.
        "reopen": {PromiseStatus.FULFILLED: PromiseStatus.ACTIVE},
    },
)
BY_HAND: Final = ("report", "deny", "fulfill", "lapse", "reschedule", "cancel")

GRACE_DAYS: Final = 1
OPEN_PROMISES: Final = 3
"""So many promises of one account may be open at once, unless the organization says otherwise."""
LONGEST: Final = timedelta(days=90)
"""So far ahead a promise may lie, unless the organization says otherwise."""
VERIFYING: Final = timedelta(days=5)
"""So long a payment that the consumer reports may take to arrive before the promise is overdue."""
MOST: Final = 10_000_000
"""No single amount is larger, in major units."""
