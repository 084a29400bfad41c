"""What this room refuses, in the sentences that staff reads."""

from __future__ import annotations

from forbear.core.refusal import Invalid, Refusal, WrongState


class UnknownChattelType(Invalid):
    """This is none of the kinds of chattel that documents are about."""


class CadenceNotUnderstood(Invalid):
    """Nobody can tell when to write by this cadence."""


class LoanExists(WrongState):
    """This document has its loan already; change that one."""


class CurrencyStays(WrongState):
    """A loan keeps its currency: its account has been kept in it from the start."""


class NoLoan(Refusal):
    """This document has no loan, so there is nothing to reach out about."""


class LoanIsCurrent(Refusal):
    """The loan is CURRENT. Outreach starts only while its status is BEHIND."""


class NothingOpen(Refusal):
    """Nothing is open on this loan, so there is nothing to ask for."""


class NoChannelChosen(Invalid):
    """Choose at least one of SMS, email and call."""


class EveryChannelClosed(Refusal):
    """The borrower has opted out of every channel that was chosen."""


class OutreachRunning(WrongState):
    """A campaign is active on this document already; stop it, or change it."""


class WalksElsewhere(WrongState):
    """The loan's account is in another campaign that is not over."""


class OutreachOver(WrongState):
    """This campaign is not active any more."""


class DocumentArchived(WrongState):
    """This document is archived; restore it first."""


class NotArchived(WrongState):
    """This document is not archived."""


class BorrowerKnown(WrongState):
    """This document has its borrower already; change the person instead."""


class PartyKnown(WrongState):
    """This person stands on the document in this role already."""


class BorrowerStays(WrongState):
    """The borrower of a loan stays on its document: the loan's account is theirs."""


class FileRefused(Invalid):
    """This file cannot be attached."""
