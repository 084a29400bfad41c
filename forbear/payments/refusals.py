"""What this room refuses, in the sentences that staff reads."""

from __future__ import annotations

from forbear.core.refusal import Invalid, WrongState


class UnusableAmount(Invalid):
    """Give an amount above zero."""


class WrongCurrency(Invalid):
    """The currency is not the account's."""


class NotYetPaid(Invalid):
    """A payment is recorded on the day it was made or later, and this day lies in the future."""


class ReferenceTaken(WrongState):
    """This account has another payment of this method with this reference."""


class PaymentReversed(WrongState):
    """This payment has been reversed already."""


class AccountGone(WrongState):
    """This account has been taken back with its import a moment ago."""


class AccountClosed(WrongState):
    """This account is closed: nothing is promised about it."""


class NothingOwed(WrongState):
    """Nothing is owed on this account, so nothing can be promised."""


class UnusablePromise(Invalid):
    """This promise cannot be recorded as it was told."""


class TooManyPromises(WrongState):
    """This account has as many open promises as it may have."""


class PromiseStands(WrongState):
    """This promise cannot become that from where it stands."""


class NotTheirPromise(Invalid):
    """This promise is not one of this account, or it is closed."""
