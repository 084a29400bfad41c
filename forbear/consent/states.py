"""The words of the consent room."""

from __future__ import annotations

from enum import StrEnum


class OptOutChannel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    CALL = "call"
    WHATSAPP = "whatsapp"
    ALL = "all"


class HoldKind(StrEnum):
    DISPUTE = "dispute"
    ATTORNEY = "attorney"
    CEASE = "cease"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    MANUAL = "manual"
    LEGAL = "legal"
    UNCLEAR_REPLY = "unclear_reply"


class OptOutSource(StrEnum):
    REPLY = "reply"
    STAFF = "staff"
    API = "api"
    FILE = "file"
    PROVIDER = "provider"
    PORTAL = "portal"
