"""One table: which refusal answers with which HTTP status."""

from __future__ import annotations

from forbear.core.refusal import Forbidden, Invalid, NotFound, Refusal, WrongState
from forbear.staff.refusals import TooManyTries, Unauthenticated

STATUSES: dict[type[Refusal], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    WrongState: 409,
    Invalid: 422,
    TooManyTries: 429,
    Refusal: 422,
}


def status_of(refusal: Refusal) -> int:
    """The status of the nearest ancestor in the table."""
    return next(STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES)
