"""What this room refuses, in the sentences that staff reads."""

from __future__ import annotations

from forbear.core.refusal import Invalid, WrongState


class UnusableStrategy(Invalid):
    """This strategy cannot be saved as it is."""


class NotActivatable(WrongState):
    """Only a draft can be activated."""


class AlreadyArchived(WrongState):
    """This strategy is archived already."""


class StrategyArchived(WrongState):
    """This strategy is archived; duplicate it to go on from it."""


class StrategyInUse(WrongState):
    """A campaign uses this strategy: archive it instead."""
