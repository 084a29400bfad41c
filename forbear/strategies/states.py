"""The words of the strategies room."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle


class Status(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class Kind(StrEnum):
    EARLY_COLLECTION = "early_collection"
    MEDIUM_COLLECTION = "medium_collection"
    INTENSIVE = "intensive"
    PROMISE_FOLLOWUP = "promise_followup"
    RECONTACT = "recontact"
    SOFT_APPROACH = "soft_approach"


class ActionType(StrEnum):
    REMINDER = "reminder"
    NOTICE = "notice"
    FOLLOW_UP = "follow_up"
    URGENT = "urgent"
    FORMAL_NOTICE = "formal_notice"
    OFFER = "offer"
    CONFIRMATION = "confirmation"


STRATEGY = Lifecycle(
    Status,
    {
        "activate": {Status.DRAFT: Status.ACTIVE},
        "archive": {Status.DRAFT: Status.ARCHIVED, Status.ACTIVE: Status.ARCHIVED},
    },
)
