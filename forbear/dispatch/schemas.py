"""Shapes of the engine, its queue and messages on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from pydantic import Field, field_validator

from forbear.accounts.models import Account
from forbear.core.ids import public_id
from forbear.staff.models import Organization
from forbear.web.wire import Given, Moment, Shown
from forbear.wording.states import Channel

from .models import Call, Message, QueueItem
from .queries import call_of
from .states import CallResult, Direction, Disposition, ItemStatus, MessageStatus

CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class WindowShown(Shown):
    """Hours of the day, in the consumer's own place; the end is not part of it."""

    from_: str = Field(alias="from", pattern=CLOCK)
    to: str = Field(pattern=CLOCK)


class LimitsShown(Shown):
    """The organization's own limits. weekdays: 0 is Monday."""

    per_day: int
    per_week: int
    min_interval_hours: int
    window: WindowShown
    weekdays: list[int]


class EngineShown(Shown):
    """The engine's switches and its figures of the day. Deferred contacts are pending too."""

    paused: bool
    auto_enqueue: bool
    pending: int
    processing: int
    completed_today: int
    failed_today: int
    skipped_today: int
    deferred: int
    limits: LimitsShown

    @classmethod
    def of(cls, organization: Organization, figures: Mapping[str, int]) -> EngineShown:
        return cls(
            paused=organization.engine_paused,
            auto_enqueue=organization.auto_enqueue,
            limits=limits_of(organization),
            **figures,
        )


def limits_of(organization: Organization) -> LimitsShown:
    window = {"from": f"{organization.window_from:%H:%M}", "to": f"{organization.window_to:%H:%M}"}
    return LimitsShown(
        per_day=organization.per_day,
        per_week=organization.per_week,
        min_interval_hours=organization.min_interval_hours,
        window=WindowShown(**window),
        weekdays=organization.weekdays,
    )


class WindowGiven(Given):
    from_: str = Field(alias="from", pattern=CLOCK)
    to: str = Field(pattern=CLOCK)


class LimitsGiven(Given):
    per_day: int | None = Field(None, ge=1, le=100)
    per_week: int | None = Field(None, ge=1, le=500)
    min_interval_hours: int | None = Field(None, ge=0, le=720)
    window: WindowGiven | None = None
    weekdays: list[int] | None = Field(None, min_length=1, max_length=7)

    @field_validator("weekdays")
    @classmethod
    def _days(cls, days: list[int] | None) -> list[int] | None:
        if days is not None and not set(days) <= set(range(7)):
            raise ValueError("Weekdays are 0 (Monday) to 6 (Sunday).")
        return None if days is None else sorted(set(days))


class EngineGiven(Given):
    """What changes; the rest stays."""

    auto_enqueue: bool | None = None
    limits: LimitsGiven | None = None

    def settings(self) -> dict[str, Any]:
        """By the organization's own names."""
        limits = self.limits.model_dump(exclude_none=True, exclude={"window"}) if self.limits else {}
        if self.limits and self.limits.window:
            window = self.limits.window
            limits |= {
                "window_from": time.fromisoformat(window.from_),
                "window_to": time.fromisoformat(window.to),
            }
        return limits | ({} if self.auto_enqueue is None else {"auto_enqueue": self.auto_enqueue})


class ItemShown(Shown):
    """One planned contact; `verdict` is its last judgement."""

    id: str
    campaign_id: str | None
    account_id: str | None
    step: int
    attempt: int
    channel: str
    status: ItemStatus
    scheduled_for: Moment
    reason: str
    verdict: dict[str, Any] | None
    error: str


class CallShown(Shown):
    """What became of a call, once it has ended."""

    result: CallResult
    disposition: Disposition
    duration_seconds: int
    keys: str

    @classmethod
    def of(cls, call: Call) -> CallShown:
        return cls(
            result=CallResult(call.result),
            disposition=Disposition(call.disposition),
            duration_seconds=call.duration_seconds,
            keys=call.keys,
        )


class MessageShown(Shown):
    """One thing sent or received; `address` is the consumer's. `subject` is an e-mail's; `call` is null while a call
    goes on, and for everything else.
    """

    id: str
    direction: Direction
    channel: str
    address: str
    subject: str
    body: str
    status: MessageStatus
    segments: int
    call: CallShown | None
    queue_item_id: str | None
    account_id: str | None
    campaign_id: str | None
    error: str
    at: Moment

    @classmethod
    def of(cls, message: Message) -> MessageShown:
        """Of a list, with its calls selected: one query more a call otherwise."""
        call = call_of(message)
        return cls(
            id=message.public_id,
            direction=Direction(message.direction),
            channel=message.channel,
            address=message.address,
            subject=message.subject,
            body=message.body,
            status=MessageStatus(message.status),
            segments=message.segments,
            call=CallShown.of(call) if call else None,
            queue_item_id=_id(QueueItem.prefix, message.item_id),
            account_id=_id(Account.prefix, message.account_id),
            campaign_id=_id("cmp", message.campaign_id),
            error=message.error,
            at=message.at,
        )


class ContactGiven(Given):
    """One contact by hand: a template, or a text."""

    channel: Channel
    template_id: str | None = Field(None, max_length=60)
    subject: str = Field("", max_length=200, description="of an e-mail without a template")
    body: str = Field("", max_length=10_000)


class VerdictShown(Shown):
    """May this be said, to this person, this way, at this moment?"""

    outcome: str
    next_allowed_at: Moment | None
    unblock_by: list[str]
    because: list[dict[str, Any]]


class QuestionGiven(Given):
    """A question to the policy; nothing is sent."""

    account_id: str = Field(max_length=60)
    channel: Channel
    at: Moment | None = None


def _id(prefix: str, number: int | None) -> str | None:
    return None if number is None else public_id(prefix, number)
