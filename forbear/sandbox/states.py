"""The words of the sandbox."""

from __future__ import annotations

from enum import StrEnum


class Persona(StrEnum):
    """How a simulated consumer answers."""

    PAYS = "pays"
    PROMISES = "promises"
    ASKS = "asks"
    DISPUTES = "disputes"
    STOPS = "stops"
    SILENT = "silent"
