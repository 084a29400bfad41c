"""What the door frame itself refuses."""

from __future__ import annotations

from forbear.core.refusal import Invalid, Refusal, WrongState


class TooFast(Refusal):
    """Too many requests; wait a little."""

    def __init__(self, seconds: int) -> None:
        self.retry_after = seconds
        super().__init__(f"Too many requests; wait {seconds} second{'s' if seconds > 1 else ''}.")


class DatabaseAway(Refusal):
    """The database does not answer at the moment. Nothing is lost; try again shortly."""

    retry_after = 5


class MalformedRequest(Refusal):
    """This request cannot be read."""


class BodyTooLarge(Refusal):
    """This body is too large."""


class WrongContentType(Refusal):
    """Send JSON, with the header "Content-Type: application/json"."""


class MethodNotAllowed(Refusal):
    """This address does not take that method."""


class JustTaken(WrongState):
    """Somebody else has just done the same; look again."""


class OutOfRange(Invalid):
    """One of the values is outside of what can be kept."""
