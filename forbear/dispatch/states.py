"""The words and the legal moves of the dispatch room."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle


class ItemStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


ITEM = Lifecycle(
    ItemStatus,
    {
        "claim": {ItemStatus.PENDING: ItemStatus.PROCESSING},
        "complete": {ItemStatus.PROCESSING: ItemStatus.COMPLETED},
        "fail": {ItemStatus.PROCESSING: ItemStatus.FAILED, ItemStatus.PENDING: ItemStatus.FAILED},
        "skip": {ItemStatus.PENDING: ItemStatus.SKIPPED, ItemStatus.PROCESSING: ItemStatus.SKIPPED},
        "cancel": {ItemStatus.PENDING: ItemStatus.CANCELLED},
        "defer": {ItemStatus.PENDING: ItemStatus.PENDING},
        # Taken back before hand-over: it waits again, or is over with its campaign.
        "take_back": {ItemStatus.PROCESSING: ItemStatus.PENDING},
        "call_off": {ItemStatus.PROCESSING: ItemStatus.CANCELLED},
        # Its message was uncertain, and the gateway says now that it never had it.
        "find_refused": {ItemStatus.COMPLETED: ItemStatus.FAILED},
    },
)

# Planned or in hand: an enrollment has one such item at most.
OPEN = ITEM.sources("claim", "complete")


class MessageStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    RECEIVED = "received"  # a message of the consumer's


MESSAGE = Lifecycle(
    MessageStatus,
    {
        "hand_over": {MessageStatus.QUEUED: MessageStatus.SENDING},
        "accept": {MessageStatus.SENDING: MessageStatus.SENT, MessageStatus.UNCERTAIN: MessageStatus.SENT},
        "reject": {MessageStatus.SENDING: MessageStatus.REJECTED, MessageStatus.UNCERTAIN: MessageStatus.REJECTED},
        "lose": {MessageStatus.SENDING: MessageStatus.UNCERTAIN},
        "deliver": {
            MessageStatus.SENDING: MessageStatus.DELIVERED,
            MessageStatus.SENT: MessageStatus.DELIVERED,
            MessageStatus.UNCERTAIN: MessageStatus.DELIVERED,
        },
        "bounce": {
            MessageStatus.SENDING: MessageStatus.UNDELIVERED,
            MessageStatus.SENT: MessageStatus.UNDELIVERED,
            MessageStatus.UNCERTAIN: MessageStatus.UNDELIVERED,
        },
    },
)


class ReferralStatus(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"  # the time for the contact, or for the approval, has passed
    SETTLED = "settled"  # the facts have answered it


REFERRAL = Lifecycle(
    ReferralStatus,
    {
        "approve": {ReferralStatus.OPEN: ReferralStatus.APPROVED},
        "refuse": {ReferralStatus.OPEN: ReferralStatus.REFUSED},
        "settle": {ReferralStatus.OPEN: ReferralStatus.SETTLED},
        "expire": {
            ReferralStatus.OPEN: ReferralStatus.EXPIRED,
            ReferralStatus.APPROVED: ReferralStatus.EXPIRED,
        },
    },
)

# What may have reached the consumer: these count against limits.
LEFT_THE_HOUSE = (
    MessageStatus.SENDING,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.UNDELIVERED,
    MessageStatus.UNCERTAIN,
)


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class Occasion(StrEnum):
    """Why a contact is made; the same words as `policy.facts.Occasion`."""

    CAMPAIGN = "campaign"
    MANUAL = "manual"
    ANSWER = "answer"
    CONFIRMATION = "confirmation"
    HELP = "help"


class Channel(StrEnum):
    """The ways that leave through the carrier."""

    SMS = "sms"
    EMAIL = "email"
    VOICE = "voice"
    WHATSAPP = "whatsapp"


class CallResult(StrEnum):
    """Whom a call reached."""

    RIGHT_PARTY = "right_party"
    THIRD_PARTY = "third_party"
    WRONG_NUMBER = "wrong_number"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    NOT_IN_SERVICE = "not_in_service"
    DROPPED = "dropped"
    UNKNOWN = "unknown"  # nobody told us in time


class Disposition(StrEnum):
    """What a call led to."""

    PROMISE_TO_PAY = "promise_to_pay"
    CALLBACK_SCHEDULED = "callback_scheduled"
    REFUSAL = "refusal"
    HARDSHIP = "hardship"
    DISPUTE = "dispute"
    PAID_ALREADY = "paid_already"
    ATTORNEY = "attorney"
    BANKRUPTCY = "bankruptcy"
    CEASE_REQUEST = "cease_request"
    NONE = "none"


class WebhookStatus(StrEnum):
    NEW = "new"
    READ = "read"
    FAILED = "failed"
