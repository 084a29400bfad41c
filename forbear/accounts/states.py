"""The words of the accounts room."""

from __future__ import annotations

from enum import StrEnum

from forbear.staff.states import Provenance as Provenance


class Status(StrEnum):
    NEW = "new"
    PENDING_CONTACT = "pending_contact"
    IN_AUTO_MANAGEMENT = "in_auto_management"
    ACTIVE_CONVERSATION = "active_conversation"
    PROMISE_ACTIVE = "promise_active"
    PROMISE_OVERDUE = "promise_overdue"
    IN_REVIEW = "in_review"
    ESCALATED = "escalated"
    PAUSED = "paused"
    PAID = "paid"
    CLOSED = "closed"


ENGINE_ELIGIBLE = frozenset({Status.PENDING_CONTACT, Status.IN_AUTO_MANAGEMENT, Status.PROMISE_OVERDUE})
NOT_BEGUN = frozenset({Status.NEW, Status.PENDING_CONTACT})
FINISHED = frozenset({Status.PAID, Status.CLOSED})
FROM_PROMISES = frozenset({Status.PROMISE_ACTIVE, Status.PROMISE_OVERDUE})


class PointKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


class Place(StrEnum):
    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    UNKNOWN = "unknown"


class PointStatus(StrEnum):
    USABLE = "usable"
    CLOSED = "closed"  # wrong party, reassigned, hard bounce
    HELD = "held"  # perhaps a stop: a person reads it first


class Bucket(StrEnum):
    CURRENT = "current"
    FIRST = "1-30"
    SECOND = "31-60"
    THIRD = "61-90"
    FINAL = "final"


def bucket_of(days_past_due: int | None) -> Bucket | None:
    """0 or less is current; 1-30, 31-60, 61-90; 91 and more is final. No due date, no bucket."""
    if days_past_due is None:
        return None
    for last, bucket in ((0, Bucket.CURRENT), (30, Bucket.FIRST), (60, Bucket.SECOND), (90, Bucket.THIRD)):
        if days_past_due <= last:
            return bucket
    return Bucket.FINAL
