"""The law packs that bind us, read once in a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from forbear.policy import rulebook

PACKS = Path(rulebook.__file__).parent / "law"


@cache
def law() -> rulebook.Law:
    """Raises where a pack is malformed: an engine without its law does not start."""
    return rulebook.load(PACKS)
