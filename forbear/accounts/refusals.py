"""What the accounts room refuses."""

from forbear.core.refusal import Refusal, WrongState


class ExternalIdTaken(WrongState):
    """Another account of this creditor has this external id."""


class AddressKnown(WrongState):
    """This person has this address already."""


class StatusNotByHand(Refusal):
    """A promise sets this status; it is not set by hand."""


class TooManyAtOnce(Refusal):
    """These are too many to be changed at once."""


class MoveRefused(WrongState):
    """The account cannot go to that status from where it is."""


class PointNotClosed(WrongState):
    """This address is in use already."""


class PointNotOpen(WrongState):
    """This address is closed already."""
