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


class Tone(StrEnum):
    """How a wording speaks; a template without a tone serves every tone that has none of its own."""

    EMPATHETIC = "empathetic"
    FIRM = "firm"
    NEUTRAL = "neutral"


DEBT_COLLECTION = "Debt Collection"
