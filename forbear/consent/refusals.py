"""What this room refuses, in the sentences that staff reads."""

from __future__ import annotations

from forbear.core.refusal import Invalid, WrongState


class WhoseOptOut(Invalid):
    """An opt-out needs an address or a consumer."""


class NotAnAddress(Invalid):
    """This is neither a telephone number nor an e-mail address."""


class AlreadyLifted(WrongState):
    """This opt-out has been lifted already."""


class LiftNeedsEvidence(Invalid):
    """Lifting an opt-out needs a reason and the evidence that the consumer asked for it."""


class HoldStands(WrongState):
    """There is an open hold of this kind already."""


class HoldClosed(WrongState):
    """This hold is closed already."""
