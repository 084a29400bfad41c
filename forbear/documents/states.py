"""The words of the documents room."""

from __future__ import annotations

from enum import StrEnum


class LoanStatus(StrEnum):
    CURRENT = "CURRENT"
    BEHIND = "BEHIND"


class PartyRole(StrEnum):
    BORROWER = "borrower"
    CO_BORROWER = "co_borrower"
    GUARANTOR = "guarantor"


class Channel(StrEnum):
    """The ways of an outreach, in the order in which they take turns."""

    SMS = "sms"
    EMAIL = "email"
    CALL = "call"


class Stopped(StrEnum):
    """Why an outreach is no longer active."""

    BY_HAND = "by_hand"
    LOAN_CURRENT = "loan_current"
    PAID = "paid"
    OPTED_OUT = "opted_out"
    ARCHIVED = "archived"
    FINISHED = "finished"


CARRIED_BY = {Channel.SMS: "sms", Channel.EMAIL: "email", Channel.CALL: "voice"}
"""By which channel of the engine each of them leaves."""
TITLES = {"sms": "SMS", "email": "Email", "call": "Call", "voice": "Call"}
"""As these pages call them."""
