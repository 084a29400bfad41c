"""The words and the legal moves of the inbox."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle


class Status(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


CONVERSATION = Lifecycle(Status, {"close": {Status.OPEN: Status.CLOSED}, "reopen": {Status.CLOSED: Status.OPEN}})
