"""The words of the accounts room."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle
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

LIVE = frozenset(Status) - FINISHED
_UNANSWERED = frozenset({Status.NEW, Status.PENDING_CONTACT, Status.IN_AUTO_MANAGEMENT, Status.PROMISE_OVERDUE})
_SET_ASIDE = frozenset({Status.IN_REVIEW, Status.ESCALATED, Status.PAUSED})


def _from(target: Status, *sources: frozenset[Status]) -> dict[str, str]:
    return {source: target for source in Status if source in frozenset[Status]().union(*sources) and source != target}


# Every move is named by where it leads; nothing leads back to `new`.
STATUS = Lifecycle(
    Status,
    {
        str(target): _from(target, *sources)
        for target, sources in {
            Status.PENDING_CONTACT: [frozenset({Status.NEW}), _SET_ASIDE, FINISHED],
            Status.IN_AUTO_MANAGEMENT: [LIVE, FINISHED],
            Status.ACTIVE_CONVERSATION: [_UNANSWERED],
            Status.PROMISE_ACTIVE: [LIVE],
            Status.PROMISE_OVERDUE: [frozenset({Status.PROMISE_ACTIVE})],
            Status.IN_REVIEW: [LIVE],
            Status.ESCALATED: [LIVE],
            Status.PAUSED: [LIVE],
            Status.PAID: [LIVE, frozenset({Status.CLOSED})],
            Status.CLOSED: [LIVE, frozenset({Status.PAID})],
        }.items()
    },
)


def by_hand(status: str) -> list[Status]:
    """Where a person may lead an account from here: every legal move but those that promises make."""
    return [Status(target) for target in STATUS.legal(status) if target not in FROM_PROMISES]


class Why(StrEnum):
    """Why an account moved, where nobody gave words of their own."""

    BY_HAND = "by_hand"
    FIRST_CONTACT = "first_contact"
    REPLIED = "replied"
    CONVERSATION_CLOSED = "conversation_closed"
    DISPUTE = "dispute"
    DISPUTE_CLOSED = "dispute_closed"  # in histories from before other holds led into a review
    HOLD = "hold"
    HOLD_CLOSED = "hold_closed"
    PROMISE = "promise"
    BALANCE = "balance"
    ESCALATED = "escalated"
    CASE_RESOLVED = "case_resolved"
    DISPUTE_RESOLVED = "dispute_resolved"
    IMPORTED = "imported"
    IMPORT_UNDONE = "import_undone"


SENTENCES: dict[str, str] = {
    Why.BY_HAND: "Changed by hand.",
    Why.FIRST_CONTACT: "The first message left.",
    Why.REPLIED: "The consumer wrote.",
    Why.CONVERSATION_CLOSED: "The conversation was closed.",
    Why.DISPUTE: "A dispute was opened.",
    Why.DISPUTE_CLOSED: "No dispute stands any more.",
    Why.HOLD: "A hold was opened.",
    Why.HOLD_CLOSED: "No hold stands any more.",
    Why.PROMISE: "What its promises say.",
    Why.BALANCE: "The balance moved.",
    Why.ESCALATED: "Somebody has to look after it.",
    Why.CASE_RESOLVED: "Its case was resolved.",
    Why.DISPUTE_RESOLVED: "A dispute was decided for the consumer.",
    Why.IMPORTED: "A file said so.",
    Why.IMPORT_UNDONE: "The import that changed it was taken back.",
}


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
