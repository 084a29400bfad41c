"""The validation notice: when it is due, how it may be sent, and when its period ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from forbear.policy.calendars import business_days_after
from forbear.policy.content import Codes

RECEIPT_DAYS = 5
"""Days after which receipt may be assumed: Saturdays, Sundays and legal public holidays left out."""
PERIOD_DAYS = 30
DUE_DAYS = 5
_ELECTRONIC = frozenset({"email", "sms", "whatsapp", "private_message"})


@dataclass(frozen=True, slots=True)
class Period:
    """The earliest dates the rule lets a collector state; a later end date is always allowed."""

    assumed_receipt: date
    end: date


def period(provided_on: date) -> Period:
    """12 CFR 1006.34(b)(5): thirty calendar days after receipt or assumed receipt."""
    receipt = business_days_after(provided_on, RECEIPT_DAYS)
    return Period(receipt, receipt + timedelta(days=PERIOD_DAYS))


def delivery(
    *,
    channel: str,
    in_initial_communication: bool = False,
    esign_consent: bool = False,
    initial_on: date | None = None,
    sent_on: date | None = None,
) -> Codes:
    """12 CFR 1006.42 and 1006.34(a): later notices go electronically only with E-SIGN consent, within five
    days."""
    electronically = channel in _ELECTRONIC and not in_initial_communication
    late = initial_on is not None and sent_on is not None and sent_on > initial_on + timedelta(days=DUE_DAYS)
    checks = (
        ("validation_delivery.esign_consent_missing", electronically and not esign_consent),
        ("validation_delivery.late", late),
    )
    return tuple(code for code, wrong in checks if wrong)
