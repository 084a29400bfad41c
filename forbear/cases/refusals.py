"""What this room refuses, in the sentences that staff reads."""

from __future__ import annotations

from forbear.core.refusal import Invalid, WrongState


class AccountFinished(WrongState):
    """This account is paid or closed: there is nothing to look after."""


class CaseTaken(WrongState):
    """A colleague has taken this case already."""


class CaseNotTaken(WrongState):
    """Nobody has taken this case; take it first."""


class NotYourCase(WrongState):
    """A colleague has taken this case; only they resolve it."""


class CaseResolved(WrongState):
    """This case is resolved already."""


class NotesNeeded(Invalid):
    """Write down what came of it."""


class DisputeStands(WrongState):
    """This account is disputed already."""


class DisputeClosed(WrongState):
    """This dispute is closed already."""


class UnderInvestigation(WrongState):
    """Somebody looks into this dispute already."""
