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


class Channel(StrEnum):
    """How a step reaches the consumer; a portal link travels by the consumer's preferred channel."""

    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"
    WHATSAPP = "whatsapp"
    PORTAL_LINK = "portal_link"


class Opening(StrEnum):
    """Who speaks first on a call; nothing: as the strategy, or the organization, has it."""

    UNSAID = ""
    INHERIT = "inherit"
    CALLEE_FIRST = "callee_first"
    AGENT_FIRST = "agent_first"


STRATEGY = Lifecycle(
    Status,
    {
        "activate": {Status.DRAFT: Status.ACTIVE},
        "archive": {Status.DRAFT: Status.ARCHIVED, Status.ACTIVE: Status.ARCHIVED},
    },
)
