"""A file of numbers and addresses to be left alone, whoever they belong to: the do-not-contact registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from forbear.consent.bulk import NothingThere, Recorded, Wish, opt_out_list
from forbear.consent.states import OptOutChannel, OptOutSource
from forbear.staff.models import Organization
from forbear.web.exports import neutralize

from .limits import MIB, Limits
from .reader import open_file
from .sheet import Sheet

MOST = 100_000
LIMITS = Limits(size=20 * MIB, rows=MOST)
_REACHES = re.compile(r"phone|mobile|cell|\btel|number|e-?mail|^address(es)?$|contact", re.IGNORECASE)

Cell = tuple[int, str, str]
"""The line in the file, the header being 1; the column's name; the text."""


def record_file(
    *,
    organization: Organization,
    path: Path,
    filename: str,
    channel: OptOutChannel,
    actor: str,
    at: datetime,
    notes: str = "",
) -> Recorded:
    """Every cell that can be reached binds at once, in one transaction; the others are named by row and column.

    At most 100,000. Raises FileRefused, NothingThere, TooMany.
    """
    sheet = open_file(path, filename, LIMITS)
    cells = list(cells_of(sheet))
    if not cells:
        raise NothingThere(fields={"file": NothingThere.__doc__ or ""})
    done = opt_out_list(
        organization=organization,
        wishes=[Wish(channel, text, notes=notes) for _, _, text in cells],
        source=OptOutSource.FILE,
        actor=actor,
        at=at,
        most=MOST,
    )
    return replace(done, rejected=[replace(one, **_place(cells[one.line - 1])) for one in done.rejected])


def _place(cell: Cell) -> dict[str, object]:
    line, column, text = cell
    return {"line": line, "column": column, "value": neutralize(text[:120])}


def cells_of(sheet: Sheet) -> Iterator[Cell]:
    """What stands in the columns that name a number or an address; where none does, in the first."""
    columns = [at for at, name in enumerate(sheet.header) if _REACHES.search(name.strip())] or [0]
    for batch in sheet.batches():
        for line, row in zip(batch.lines, batch.rows, strict=True):
            yield from ((line, sheet.header[at], text) for at in columns if (text := row[at].strip()))
