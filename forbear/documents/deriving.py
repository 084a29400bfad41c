"""The status of a loan as its due date says it. Pure."""

from __future__ import annotations

from datetime import date

from .states import LoanStatus


def status_by(due_date: date | None, remaining_minor: int, today: date) -> LoanStatus | None:
    """BEHIND once the due date has passed while something is open; None where no due date says anything."""
    if due_date is None:
        return None
    return LoanStatus.BEHIND if due_date < today and remaining_minor > 0 else LoanStatus.CURRENT
