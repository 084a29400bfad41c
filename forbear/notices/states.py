"""The words of the notices room."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    PROMISE_OVERDUE = "promise_overdue"
    NEW_ESCALATION = "new_escalation"
    CHANNEL_ERROR = "channel_error"
    DISPATCH_BATCH_FAILED = "dispatch_batch_failed"


class Digest(StrEnum):
    OFF = "off"
    DAILY = "daily"


NEEDS: Final = {
    Kind.PROMISE_OVERDUE: "promises:read",
    Kind.NEW_ESCALATION: "cases:read",
    Kind.CHANNEL_ERROR: "campaigns:read",
    Kind.DISPATCH_BATCH_FAILED: "campaigns:read",
}
"""Who is told: whoever may open the page that it leads to."""
ICONS: Final = {
    Kind.PROMISE_OVERDUE: "promise",
    Kind.NEW_ESCALATION: "escalation",
    Kind.CHANNEL_ERROR: "warning",
    Kind.DISPATCH_BATCH_FAILED: "campaign",
}
EACH_AT_MOST: Final = 3
"""More of one kind at once become one notice with their number."""
QUIET_FOR: Final = timedelta(hours=1)
"""A channel that goes on failing is told once in this time."""
SHOWN: Final = 20
KEPT_FOR: Final = timedelta(days=30)
"""What is older is not counted any more, read or not."""
DIGEST_HOUR: Final = 8
"""A digest is sent from eight o'clock on, in the organization's zone."""
