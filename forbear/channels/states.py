"""The words of the channels room."""

from __future__ import annotations

from enum import StrEnum


class ProviderStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


PAPER = "paper"
PAPER_CHANNELS = ("sms", "email", "voice", "whatsapp")
"""What the paper gateway carries."""
