"""The words of the cases room."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from forbear.core.lifecycle import Lifecycle


class Reason(StrEnum):
    MAX_ATTEMPTS = "max_attempts"
    DAYS_WITHOUT_RESPONSE = "days_without_response"
    AGENT_TRIGGERED = "agent_triggered"
    LEGAL = "legal"
    CONSUMER_REQUEST = "consumer_request"


class EscalationStatus(StrEnum):
    PENDING = "pending"
    TAKEN = "taken"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    """How a case ends: automation goes on with the account, or stays off until a person says otherwise."""

    RETURN_TO_AUTO = "return_to_auto"
    RESOLVED = "resolved"


class DisputeStatus(StrEnum):
    OPEN = "open"
    INVESTIGATING = "investigating"
    RESOLVED = "resolved"
    REJECTED = "rejected"


class DisputeSource(StrEnum):
    STAFF = "staff"
    API = "api"
    RECORD = "record"  # a hold that a reply, an act or a file opened


ESCALATION = Lifecycle(
    EscalationStatus,
    {
        "take": {EscalationStatus.PENDING: EscalationStatus.TAKEN},
        "release": {EscalationStatus.TAKEN: EscalationStatus.PENDING},
        "resolve": {EscalationStatus.TAKEN: EscalationStatus.RESOLVED},
        # What it was about is over by itself: the account is paid.
        "settle": {
            EscalationStatus.PENDING: EscalationStatus.RESOLVED,
            EscalationStatus.TAKEN: EscalationStatus.RESOLVED,
        },
    },
)
DISPUTE = Lifecycle(
    DisputeStatus,
    {
        "investigate": {DisputeStatus.OPEN: DisputeStatus.INVESTIGATING},
        "resolve": dict.fromkeys((DisputeStatus.OPEN, DisputeStatus.INVESTIGATING), DisputeStatus.RESOLVED),
        "reject": dict.fromkeys((DisputeStatus.OPEN, DisputeStatus.INVESTIGATING), DisputeStatus.REJECTED),
    },
)
UNRESOLVED: Final = (EscalationStatus.PENDING, EscalationStatus.TAKEN)
STANDING: Final = (DisputeStatus.OPEN, DisputeStatus.INVESTIGATING)
HIGH_AFTER: Final = timedelta(hours=24)
"""A case that has waited so long is of high priority; a legal one is at once."""
LONGEST_NOTES: Final = 4000
