"""How large a file may be, so that reading one always needs the same memory."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one import. Sizes are bytes, lengths are characters."""

    size: int = 200 * MIB
    line: int = 1_000_000
    cell: int = 10_000
    columns: int = 200
    rows: int = 2_000_000
    unpacked: int = 1024 * MIB
    """All members of a workbook together, unpacked."""
    shared_text: int = 48 * MIB
    """The one part of a workbook that must be held in memory: its table of texts."""
    other_member: int = 16 * MIB
    ratio: int = 200
    members: int = 2_000
    sheets: int = 50
    """So many sheets of a workbook are looked at for one that holds anything."""
