"""How long somebody stays signed in: marks in the session, in the machine's own time."""

from __future__ import annotations

from typing import Any, Final

SINCE: Final = "since"
SEEN: Final = "seen"
NOTED_EVERY: Final = 300
"""Seconds: a request that looks does not write each time."""


def begin(session: Any, *, now: float) -> None:
    """Somebody has come in. now: seconds since 1970."""
    session[SINCE] = session[SEEN] = int(now)


def is_over(session: Any, *, now: float, age: float, idle: float) -> bool:
    """Whether a sitting that began at the door has lasted longer than `age`, or been silent for `idle` seconds."""
    since = session.get(SINCE)
    return since is not None and (now - since > age or now - session.get(SEEN, since) > idle)


def note(session: Any, *, now: float) -> None:
    """A sign of life, written at most once in NOTED_EVERY seconds."""
    if SINCE in session and now - session.get(SEEN, 0) > NOTED_EVERY:
        session[SEEN] = int(now)
