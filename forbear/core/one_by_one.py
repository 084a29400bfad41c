"""The same work for one organization after another: what breaks for one is written down, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

log = structlog.get_logger("forbear.one_by_one")


class LeftOut(Exception):
    """The work could not be done for some organizations; for all others it is done. A job that raises it has failed."""


def one_by_one(what: str, organizations: Iterable[int], do: Callable[[int], int]) -> int:
    """Do it for each, and give the sum of what it answers. `do` is a transaction of its own, or several.

    Raises LeftOut at the end, once everybody had their turn.
    """
    done, left_out, last = 0, [], None
    for organization in organizations:
        try:
            done += do(organization)
        except Exception as error:
            log.exception("organization left out", what=what, organization=organization)
            left_out.append(organization)
            last = error
    if left_out:
        numbers = ", ".join(map(str, left_out[:5]))
        raise LeftOut(f"{what}: left out {len(left_out)}, the first of them {numbers}") from last
    return done
