"""What this room refuses, in the sentences that staff reads."""

from __future__ import annotations

from forbear.core.refusal import Invalid, Refusal, WrongState


class NotDraft(WrongState):
    """Only a draft can be changed; this campaign has been launched."""


class AlreadyLaunched(WrongState):
    """Somebody has launched this campaign already."""


class NotActive(WrongState):
    """Only an active campaign can be paused."""


class NotPaused(WrongState):
    """Only a paused campaign can be resumed."""


class NotRunning(WrongState):
    """Only an active or paused campaign can be completed."""


class NothingToMove(WrongState):
    """Only accounts of an active or paused campaign can be moved to another version."""


class NotWaiting(WrongState):
    """This campaign is not waiting for a launch."""


class CannotEnqueue(WrongState):
    """Only an active campaign within its dates can be enqueued."""


class CannotEnroll(WrongState):
    """A completed campaign takes no more accounts."""


class NotReady(Refusal):
    """This campaign cannot be launched yet."""


class WrongDates(Invalid):
    """The end lies before the start. Choose the start day or later."""


class LaunchInThePast(Invalid):
    """The launch lies in the past. Choose a later time, or send now."""


class AlreadyInACampaign(WrongState):
    """This account is in another campaign already; it can be in one at a time."""


class StrategyRequired(WrongState):
    """A campaign needs a strategy before it can be activated."""
