"""The words and the legal moves of the campaigns room."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle


class Status(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"


class Kind(StrEnum):
    PORTFOLIO = "portfolio"
    BROADCAST = "broadcast"
    DOCUMENT = "document"


CAMPAIGN = Lifecycle(
    Status,
    {
        "activate": {Status.DRAFT: Status.ACTIVE},
        "pause": {Status.ACTIVE: Status.PAUSED},
        "resume": {Status.PAUSED: Status.ACTIVE},
        "complete": {Status.ACTIVE: Status.COMPLETED, Status.PAUSED: Status.COMPLETED},
    },
)


class RunStatus(StrEnum):
    """A dry run of a large campaign, which a worker walks."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


DRY_RUN = Lifecycle(
    RunStatus,
    {
        "start": {RunStatus.QUEUED: RunStatus.RUNNING, RunStatus.RUNNING: RunStatus.RUNNING},
        "finish": {RunStatus.RUNNING: RunStatus.COMPLETED},
        "fail": {RunStatus.QUEUED: RunStatus.FAILED, RunStatus.RUNNING: RunStatus.FAILED},
    },
)


class Walk(StrEnum):
    """An enrollment's state: `open` walks the steps; the others are ends."""

    OPEN = "open"
    DONE = "done"
    EXCLUDED = "excluded"  # at launch, with the reason
    ENDED = "ended"  # taken out on the way, with the reason


ENROLLMENT = Lifecycle(
    Walk,
    {
        "finish": {Walk.OPEN: Walk.DONE},
        "exclude": {Walk.OPEN: Walk.EXCLUDED},
        "end": {Walk.OPEN: Walk.ENDED},
        "escalate": {Walk.OPEN: Walk.ENDED, Walk.DONE: Walk.ENDED},  # silence may come to its end after the last step
    },
)
