"""Shapes of what the rules leave to a person, on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from forbear.web.wire import Given, Moment, Shown
from forbear.wording.states import Channel

from .states import Occasion, ReferralStatus


class ReferralShown(Shown):
    """A contact that waits for a person: what the rules ask, and the answer once there is one."""

    id: str
    status: ReferralStatus
    queue_item_id: str | None
    account_id: str | None
    consumer_id: str | None
    campaign_id: str | None
    channel: str
    occasion: Occasion
    reason: str
    rules: list[str]
    verdict: dict[str, Any]
    note: str
    opened_at: Moment
    opened_by: str
    looked_at: Moment
    decided_at: Moment | None
    decided_by: str | None
    name: str
    decision: str
    until: Moment | None


class ReferralGiven(Given):
    """Somebody asks whether one contact by hand may be made."""

    account_id: str = Field(max_length=60)
    channel: Channel
    note: str = Field("", max_length=2000)


class ApprovalGiven(Given):
    """Why this contact may be made, and until when. `name`: who approved it, where a program tells; `rules`: which
    questions are answered, all of them unless told."""

    reason: str = Field(min_length=1, max_length=2000)
    until: Moment
    name: str = Field("", max_length=120)
    rules: list[str] | None = Field(None, max_length=50)


class RefusalGiven(Given):
    """Why this contact is not made."""

    reason: str = Field(min_length=1, max_length=2000)
    name: str = Field("", max_length=120)
