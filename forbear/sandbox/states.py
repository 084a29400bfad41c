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
    UNSUBSCRIBES = "unsubscribes"  # ends letters by their link
    COMPLAINS = "complains"  # reports letters as unwanted
    SILENT = "silent"


class Answers(StrEnum):
    """What comes of a call to a paper phone; the words of the API, which are the house's own."""

    RIGHT_PARTY = "right_party"
    THIRD_PARTY = "third_party"
    WRONG_NUMBER = "wrong_number"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    NOT_IN_SERVICE = "not_in_service"
    DROPPED = "dropped"
    UNKNOWN = "unknown"  # the gateway never tells


class Takes(StrEnum):
    """What a paper mailbox does with letters."""

    DELIVERED = "delivered"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
