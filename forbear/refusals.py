"""One table: which refusal answers with which HTTP status."""

from __future__ import annotations

from forbear.core.refusal import Forbidden, Invalid, NotFound, Refusal, WrongState
from forbear.doors.refusals import (
    BodyTooLarge,
    DatabaseAway,
    MalformedRequest,
    MethodNotAllowed,
    TooFast,
    WrongContentType,
)
from forbear.staff.refusals import TooManyTries, Unauthenticated

STATUSES: dict[type[Refusal], int] = {
    MalformedRequest: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    WrongState: 409,
    BodyTooLarge: 413,
    WrongContentType: 415,
    Invalid: 422,
    TooFast: 429,
    TooManyTries: 429,
    DatabaseAway: 503,
    Refusal: 422,
}


def status_of(refusal: Refusal) -> int:
    """The status of the nearest ancestor in the table."""
    return next(STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES)
