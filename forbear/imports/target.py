"""Where the rows of an import go, and what holds for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """Where the rows go, and what holds for all of them. Without a list they are on none."""

    organization_id: int
    batch_id: int
    list_id: int | None
    at: datetime
    provenance: str
    currency: str
    creditor: str | None = None
    phone_place: str = "unknown"
    email_place: str = "unknown"
    has_external_ids: bool = False
    has_other_points: bool = False

    def values(self) -> dict[str, Any]:
        """The named values of every statement."""
        return {
            "org": self.organization_id, "batch": self.batch_id, "list": self.list_id, "at": self.at,
            "provenance": self.provenance, "currency": self.currency, "creditor": self.creditor,
            "phone_place": self.phone_place, "email_place": self.email_place,
        }  # fmt: skip
