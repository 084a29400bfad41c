"""What the staff room refuses, in the sentences that people read."""

from forbear.core.refusal import Forbidden, Invalid, NotFound, Refusal, WrongState


class Unauthenticated(Refusal):
    """Please sign in first."""


class KeyMissing(Unauthenticated):
    """This address needs an API key: send it as "Authorization: Bearer <token>" or "X-API-Key: <token>"."""


class KeyInvalid(Unauthenticated):
    """This API key is not valid."""


class KeyExpired(Unauthenticated):
    """This API key has expired."""


class ScopeMissing(Forbidden):
    """This API key lacks the scope that this needs."""


class TooManyTries(Refusal):
    """Too many tries."""

    def __init__(self, seconds: int) -> None:
        self.retry_after = seconds
        minutes = -(-seconds // 60)
        waiting = f"{minutes} minutes" if minutes > 1 else "a minute"
        super().__init__(f"Too many tries. Wait {waiting}, then try again.")


class SignInRefused(Invalid):
    """The e-mail address or the password is wrong."""


class CodeRefused(Invalid):
    """This code is not right, or was used already. Take the next one."""


class WeakPassword(Invalid):
    """This password is too easy to guess."""


class WrongPassword(Invalid):
    """This is not your present password."""


class AlreadyFounded(WrongState):
    """This installation has its organization already; ask its administrator for an invitation."""


class NoSuchPerson(NotFound):
    """There is nobody here by that name."""


class NoSuchKey(NotFound):
    """There is no such API key."""


class NoSuchInvitation(NotFound):
    """This invitation is not known. Ask for a new one."""


class InvitationOver(WrongState):
    """This invitation was used, withdrawn or has expired. Ask for a new one."""


class AddressTaken(Invalid):
    """This e-mail address already belongs to somebody who signs in here."""


class LastAdministrator(WrongState):
    """An organization needs at least one administrator. Make somebody else one first."""


class CodesAlreadyAsked(WrongState):
    """One-time codes are already switched on. Switch them off before you set them up anew."""


class UnusableSetting(Invalid):
    """These settings cannot be used."""
