"""Shapes of opt-outs, consents and holds on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from forbear.web.wire import Given, Moment, Shown

from .states import ActSource, ActType, HoldKind, OptOutChannel, OptOutSource


class OptOutShown(Shown):
    """A wish not to be written to. Without an address it holds for the whole person."""

    id: str
    address: str | None
    consumer_id: str | None
    channel: OptOutChannel
    source: OptOutSource
    notes: str
    at: Moment
    lifted_at: Moment | None


class LiftShown(Shown):
    """A lift that a second person has to confirm."""

    reason: str
    evidence: str
    message_id: str | None
    asked_by: str
    asked_at: Moment


class LiftedShown(OptOutShown):
    """An opt-out with the lift that waits for a second person, if one does."""

    lift: LiftShown | None


class OptOutGiven(Given):
    """An address, or a consumer."""

    address: str | None = Field(None, min_length=3, max_length=254)
    consumer_id: str | None = Field(None, max_length=60)
    channel: OptOutChannel
    source: OptOutSource = OptOutSource.API
    notes: str = Field("", max_length=2000)

    @model_validator(mode="after")
    def _whose(self) -> OptOutGiven:
        if bool(self.address) == bool(self.consumer_id):
            raise ValueError("Give either an address or a consumer_id.")
        return self


class BulkGiven(Given):
    """Up to 10,000 at once."""

    items: list[OptOutGiven] = Field(min_length=1, max_length=10_000)


class RejectedShown(Shown):
    """An item that could not be used; the first one is number 1."""

    line: int
    value: str
    reason: str


class BulkShown(Shown):
    """How many were recorded now, how many stood already, and which ones are wrong."""

    recorded: int
    already: int
    rejected: list[RejectedShown]


class LiftGiven(Given):
    """Why an opt-out may be lifted, and what shows that the consumer asked for it; `message_id`: their own message."""

    reason: str = Field(min_length=1, max_length=2000)
    evidence: str = Field(min_length=1, max_length=4000)
    message_id: str | None = Field(None, max_length=60)


class DeclineGiven(Given):
    """Why an opt-out stands."""

    reason: str = Field(min_length=1, max_length=2000)


class ActShown(Shown):
    """What somebody did or said. `void`: it was taken back, as recorded by mistake."""

    id: str
    type: ActType
    title: str
    consumer_id: str | None
    account_id: str | None
    channel: str
    address: str | None
    details: dict[str, Any]
    source: ActSource
    evidence: str
    at: Moment
    recorded_at: Moment
    recorded_by: str
    void: bool
    void_reason: str


class ActGiven(Given):
    """An act as it is recorded. `at`: when the party acted; now, if nobody says. `details`: see the documents."""

    type: ActType
    at: Moment | None = None
    source: ActSource = ActSource.API
    consumer_id: str | None = Field(None, max_length=60)
    account_id: str | None = Field(None, max_length=60)
    channel: str = Field("", max_length=10)
    address: str = Field("", max_length=254)
    details: dict[str, Any] = Field(default_factory=dict, max_length=10)
    evidence: str = Field("", max_length=4000)


class ActsGiven(Given):
    """Up to 1,000 at once: all are recorded, or none."""

    items: list[ActGiven] = Field(min_length=1, max_length=1_000)


class ActsShown(Shown):
    """What was recorded, in the order given."""

    items: list[ActShown]


class VoidGiven(Given):
    """Why an act is taken back."""

    reason: str = Field(min_length=1, max_length=2000)


class HoldShown(Shown):
    """A reason not to contact: the person, or about one account."""

    id: str
    consumer_id: str
    account_id: str | None
    kind: HoldKind
    notes: str
    opened_at: Moment
    opened_by: str
    closed_at: Moment | None
    closed_by: str | None
    close_reason: str


class HoldGiven(Given):
    """A consumer, or an account (then the hold is about that account alone)."""

    consumer_id: str | None = Field(None, max_length=60)
    account_id: str | None = Field(None, max_length=60)
    kind: HoldKind
    notes: str = Field("", max_length=2000)

    @model_validator(mode="after")
    def _whose(self) -> HoldGiven:
        if bool(self.account_id) == bool(self.consumer_id):
            raise ValueError("Give either a consumer_id or an account_id.")
        return self


class CloseGiven(Given):
    """Why a hold ends."""

    reason: str = Field(min_length=1, max_length=2000)
