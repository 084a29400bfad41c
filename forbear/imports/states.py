"""The words of the imports room."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle


class Status(StrEnum):
    UPLOADED = "uploaded"  # waits for the columns and a yes
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"  # of a dry run: looked over, nothing saved, may still be applied
    FAILED = "failed"
    UNDONE = "undone"


IMPORT = Lifecycle(
    Status,
    {
        "queue": {Status.UPLOADED: Status.QUEUED, Status.COMPLETED: Status.QUEUED},
        "start": {Status.QUEUED: Status.RUNNING, Status.RUNNING: Status.RUNNING},
        "complete": {Status.RUNNING: Status.COMPLETED},
        "fail": {Status.UPLOADED: Status.FAILED, Status.QUEUED: Status.FAILED, Status.RUNNING: Status.FAILED},
        "undo": {Status.COMPLETED: Status.UNDONE},
    },
)
