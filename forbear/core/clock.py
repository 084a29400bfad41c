"""The one place that asks what time it is. Doors ask here and pass `at` on; nothing below a door asks.

The sandbox can move the clock: at start-up the wiring gives this module a source of the offset, which every
process reads from the same row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_NONE = timedelta(0)
_source: Callable[[], timedelta] = lambda: _NONE  # noqa: E731
_held: ContextVar[timedelta | None] = ContextVar("forbear_clock_offset", default=None)


def obey(source: Callable[[], timedelta]) -> None:
    """Take the offset from `source` from now on."""
    global _source
    _source = source


def now() -> datetime:
    """Aware, UTC, moved by the sandbox's offset."""
    held = _held.get()
    return datetime.now(UTC) + (_source() if held is None else held)


def moved() -> bool:
    """Whether the sandbox has moved the clock."""
    held = _held.get()
    return bool(_source() if held is None else held)


@contextmanager
def one_reading() -> Iterator[None]:
    """Read the offset once for all that happens inside: one request, one job."""
    token = _held.set(_source())
    try:
        yield
    finally:
        _held.reset(token)


def reread() -> None:
    """Read the offset again inside `one_reading`: the clock has just been moved."""
    if _held.get() is not None:
        _held.set(_source())


def unmoved() -> datetime:
    """The machine's own time, aware, UTC: for one-time codes and waiting times, which no sandbox moves."""
    return datetime.now(UTC)
