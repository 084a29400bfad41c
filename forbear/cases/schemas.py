"""Escalations and disputes on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from forbear.core.ids import public_id
from forbear.web.wire import Given, Moment, Shown, actor_id

from .models import Dispute, Escalation
from .queries import is_high
from .states import DisputeSource, DisputeStatus, EscalationStatus, Outcome, Reason

Id = Annotated[str, Field(max_length=60)]
Notes = Annotated[str, Field(max_length=4000)]


class EscalationShown(Shown):
    """An account that needs a person."""

    id: str
    account_id: str
    campaign_id: str | None
    reason: Reason
    notes: str
    status: EscalationStatus
    high_priority: bool
    escalated_at: Moment
    escalated_by: str
    taken_by: str | None
    taken_at: Moment | None
    outcome: Outcome | None
    resolution: str
    resolved_by: str | None
    resolved_at: Moment | None

    @classmethod
    def of(cls, row: Escalation, at: datetime) -> EscalationShown:
        return cls(
            id=row.public_id,
            account_id=public_id("acc", row.account_id),
            campaign_id=None if row.campaign_id is None else public_id("cmp", row.campaign_id),
            reason=Reason(row.reason),
            notes=row.notes,
            status=EscalationStatus(row.status),
            high_priority=is_high(row, at),
            escalated_at=row.escalated_at,
            escalated_by=actor_id(row.escalated_by),
            taken_by=actor_id(row.taken_by) if row.taken_by else None,
            taken_at=row.taken_at,
            outcome=Outcome(row.outcome) if row.outcome else None,
            resolution=row.resolution,
            resolved_by=actor_id(row.resolved_by) if row.resolved_by else None,
            resolved_at=row.resolved_at,
        )


class EscalationGiven(Given):
    """An account to hand to a person."""

    account_id: Id
    reason: Reason = Reason.AGENT_TRIGGERED
    notes: Notes = ""


class ResolutionGiven(Given):
    """What came of a case: automation goes on (`return_to_auto`), or the account waits (`resolved`)."""

    outcome: Outcome
    notes: Notes = Field(min_length=1)


class DisputeShown(Shown):
    """What a consumer disputes; without `account_id` it is about everything that they owe."""

    id: str
    account_id: str | None
    consumer_id: str
    hold_id: str
    reason: str
    source: DisputeSource
    status: DisputeStatus
    opened_at: Moment
    opened_by: str
    resolution: str
    closed_at: Moment | None
    closed_by: str | None

    @classmethod
    def of(cls, row: Dispute) -> DisputeShown:
        return cls(
            id=row.public_id,
            account_id=None if row.account_id is None else public_id("acc", row.account_id),
            consumer_id=public_id("con", row.consumer_id),
            hold_id=public_id("hld", row.hold_id),
            reason=row.reason,
            source=DisputeSource(row.source),
            status=DisputeStatus(row.status),
            opened_at=row.opened_at,
            opened_by=actor_id(row.opened_by),
            resolution=row.resolution,
            closed_at=row.closed_at,
            closed_by=actor_id(row.closed_by) if row.closed_by else None,
        )


class DisputeGiven(Given):
    """A debt that the consumer disputes, and what they say."""

    account_id: Id
    reason: Notes = Field(min_length=1)


class DisputeClosing(Given):
    """`rejected`: the debt stands. `resolved`: the consumer was right; with `close_account` the account is closed,
    otherwise it is paused until somebody has adjusted it."""

    status: DisputeStatus
    notes: Notes = Field(min_length=1)
    close_account: bool = False
