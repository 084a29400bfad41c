"""The words of the wording room."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"
    WHATSAPP = "whatsapp"


class Purpose(StrEnum):
    COLLECTION = "collection"
    SERVICING = "servicing"


DEBT_COLLECTION = "Debt Collection"
