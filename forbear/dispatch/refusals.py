"""What this room refuses, in the sentences that staff reads."""

from __future__ import annotations

from forbear.core.refusal import Invalid, NotFound, WrongState


class AccountGone(NotFound):
    """This account was taken back with its import a moment ago."""


class NobodyIsAsked(WrongState):
    """No person is asked about this contact: the rules answer it themselves."""


class AlreadyAsked(WrongState):
    """Somebody has asked about this contact already; it waits for an answer."""


class AlreadyAnswered(WrongState):
    """This has been answered already."""


class NoLongerAsked(WrongState):
    """The facts have changed: nobody has to answer this any more."""


class NothingToApprove(WrongState):
    """No lawful hour opens for this contact, and an approval cannot open one: only new facts can."""


class ApprovalNeedsMore(Invalid):
    """An approval needs a name, a reason and an end."""


class RefusalNeedsReason(Invalid):
    """Say why this contact is not made."""


class NotWaiting(WrongState):
    """Only a contact that still waits can be cancelled; this one does not."""


class UnfitTemplate(Invalid):
    """This template is for another channel, or is not in use any more."""
