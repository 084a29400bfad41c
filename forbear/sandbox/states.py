"""The words of the sandbox."""

from __future__ import annotations

from enum import StrEnum


class Fate(StrEnum):
    """What the paper gateway decides for a text handed to it."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    LOST = "lost"  # taken, and never heard of again
    REJECTED = "rejected"  # refused at once: it never became a text


class Persona(StrEnum):
    """How a simulated consumer answers."""

    PAYS = "pays"
    PROMISES = "promises"
    ASKS = "asks"
    DISPUTES = "disputes"
    STOPS = "stops"
    SILENT = "silent"
