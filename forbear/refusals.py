"""One table: which refusal answers with which HTTP status."""

from __future__ import annotations

from forbear.core.refusal import Forbidden, Invalid, NotFound, Refusal, WrongState

STATUSES: dict[type[Refusal], int] = {NotFound: 404, Forbidden: 403, WrongState: 409, Invalid: 422, Refusal: 422}


def status_of(refusal: Refusal) -> int:
    """The status of the nearest ancestor in the table."""
    return next(STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES)
