"""The words of the imports room."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle


class Status(StrEnum):
    UPLOADED = "uploaded"  # waits for the columns and a yes
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    UNDONE = "undone"


IMPORT = Lifecycle(
    Status,
    {
        "apply": {Status.UPLOADED: Status.QUEUED},
        "start": {Status.QUEUED: Status.RUNNING, Status.RUNNING: Status.RUNNING},
        "complete": {Status.RUNNING: Status.COMPLETED},
        "fail": {Status.UPLOADED: Status.FAILED, Status.QUEUED: Status.FAILED, Status.RUNNING: Status.FAILED},
        "undo": {Status.COMPLETED: Status.UNDONE},
    },
)
