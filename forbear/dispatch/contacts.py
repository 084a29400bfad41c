"""A planned contact on its way out: claimed, then cleared or refused, in hand, settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.channels.queries import Gate
from forbear.policy.verdict import Outcome, Verdict

from .gather import Case
from .states import CallResult, Disposition, ItemStatus
from .texts import Text


@dataclass(slots=True)
class Item:
    """A claimed queue item."""

    case: Case
    campaign_id: int | None
    enrollment_id: int | None
    step: int
    template_version_id: int | None
    body: str
    sender_id: int | None
    not_after: datetime | None
    created_by: str
    attempt: int = 0
    tone: str = ""
    subject: str = ""
    answered_subject: str = ""  # of the letter that this one answers

    def settled(self, *, sent: bool, reason: str = "") -> Settled:
        """It is over without a call's result to wait for."""
        channel = self.case.channel
        return Settled(self.enrollment_id, self.step, sent, reason, attempt=self.attempt, channel=channel)


@dataclass(slots=True)
class Cleared:
    """A message that may leave, until its clearance is older than a few seconds."""

    item: Item
    gate: Gate
    address: str
    text: Text
    verdict: str
    message_id: int = 0

    @property
    def in_hand(self) -> InHand:
        item, case = self.item, self.item.case
        return InHand(
            message_id=self.message_id,
            item_id=case.item_id,
            organization_id=case.organization_id,
            channel=case.channel,
            address=self.address,
            account_id=case.account_id,
            campaign_id=item.campaign_id,
            enrollment_id=item.enrollment_id,
            step=item.step,
            attempt=item.attempt,
            created_by=item.created_by,
        )


@dataclass(slots=True)
class InHand:
    """A message between its clearance and the gateway's answer, as whoever settles it needs it."""

    message_id: int
    item_id: int
    organization_id: int
    channel: str
    address: str
    account_id: int | None
    campaign_id: int | None
    enrollment_id: int | None
    step: int
    attempt: int
    created_by: str

    @property
    def reference(self) -> str:
        """Our own unique key at the gateway; `named_item` reads it back."""
        return f"qit-{self.item_id}"

    def settled(self, *, sent: bool, placed: bool = False, reason: str = "", blocked_address: str = "") -> Settled:
        """What the gateway's answer makes of it. placed: a call that has no result yet."""
        return Settled(
            self.enrollment_id,
            self.step,
            sent,
            reason,
            blocked_address,
            attempt=self.attempt,
            final=not placed,
            channel=self.channel,
        )


def named_item(reference: str) -> int | None:
    """The queue item that a reference of ours names; None for any other."""
    kind, _, number = reference.partition("-")
    return int(number) if kind == "qit" and number.isdecimal() and number.isascii() and len(number) < 19 else None


@dataclass(slots=True)
class Refused:
    """An item that does not leave now. status: pending (deferred), skipped, failed, or cancelled in the meantime."""

    item: Item
    status: ItemStatus
    reason: str
    verdict: str = ""
    error: str = ""
    until: datetime | None = None
    explained: Verdict | None = None

    @property
    def is_referred(self) -> bool:
        """It waits for a person's answer."""
        asks = self.explained is not None and self.explained.outcome is Outcome.HUMAN
        return asks and self.status is ItemStatus.PENDING


@dataclass(slots=True)
class Judged:
    cleared: list[Cleared]
    refused: list[Refused]


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that is over, in the words of `states.CallResult` and `states.Disposition`. `keys`: as they were pressed.

    `item_id`: the queue item that asked for it.
    """

    message_id: int
    item_id: int | None
    consumer_id: int | None
    address: str
    result: CallResult
    disposition: Disposition
    at: datetime
    answered_at: datetime | None = None
    duration_seconds: int = 0
    keys: str = ""
    transcript: str = ""

    @property
    def stops_calls(self) -> bool:
        """The consumer pressed the key that ends calls, whatever else was pressed or said."""
        return STOP_KEY in self.keys


STOP_KEY = "9"


@dataclass(frozen=True, slots=True)
class Bounced:
    """A message that did not arrive. permanent: nothing sent to this address ever will."""

    consumer_id: int | None
    address: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A letter that its reader reported to the mail provider."""

    consumer_id: int | None
    address: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What the campaign needs to know of a settled item. `step` and `attempt`: which of the enrollment's it was.

    `final` false: a call was only placed, its result follows. `retry`: nobody took it, so that the step may be
    repeated while it has retries left.
    """

    enrollment_id: int | None
    step: int
    sent: bool
    reason: str = ""
    blocked_address: str = ""  # the gateway says that the consumer had stopped us there
    attempt: int = 0
    final: bool = True
    retry: bool = False
    channel: str = ""
    call: Ended | None = None  # of a call that has ended
