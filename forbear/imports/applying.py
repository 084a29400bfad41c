"""One import from its kept file to its rows: what `actions` wraps in a transaction, a state and an entry."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from forbear.accounts.actions import ensure_list

from .beside import beside, forget_blocks
from .cleaning import Cleaner, habits_of
from .closing import close_as_told
from .errors import ErrorSpool
from .fresh import Writer
from .loading import Loaded, add_known_fields, load, progress_of
from .mapping import Column, Field, choose
from .models import Import
from .numbers import numbers
from .reader import open_file
from .sheet import Sheet
from .staging import chunks
from .target import Target
from .uploads import path_of

LOCKS = 0x494D50
_EVIDENCE_ROWS = 5_000
CHUNK_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import came to. `notes` are for the page: which columns are empty, how dates were read."""

    loaded: Loaded
    list_id: int | None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        return self.loaded.created + self.loaded.updated + self.loaded.unchanged

    def counts(self) -> dict[str, int]:
        """Rows by what has become of them."""
        loaded = self.loaded
        return {
            "created": loaded.created,
            "updated": loaded.updated,
            "unchanged": loaded.unchanged,
            "rejected": loaded.rejected,
        }


def sheet_of(batch: Import) -> Sheet:
    """The kept file, opened. Raises FileRefused."""
    if not batch.path:
        raise FileNotFoundError(batch.filename)
    return open_file(path_of(batch.path), batch.filename)


def columns_of(batch: Import, sheet: Sheet) -> Sequence[Column]:
    """What its columns become, as was chosen."""
    columns = choose(sheet.header, {h: word for h, word in batch.mapping.items() if h in sheet.header})
    if batch.options.get("from_request"):
        return [replace(column, keeps_text=column.field is Field.CUSTOM) for column in columns]
    return columns


def cleaner_of(batch: Import, sheet: Sheet) -> Cleaner:
    """Compiled for this file: its columns, its habits, and the organization's country and currency."""
    columns = columns_of(batch, sheet)
    organization = batch.organization
    habits = habits_of(
        sheet.first_rows(_EVIDENCE_ROWS), columns, country=organization.country, currency=organization.currency
    )
    return Cleaner(columns, habits)


def apply(batch: Import, errors: ErrorSpool, *, alone: bool, at: datetime) -> Applied:
    """All rows in the surrounding transaction; of a dry run nothing stays but the counts.

    alone: nothing else hangs on the transaction, so that a large file may be written over two connections.
    """
    sheet = sheet_of(batch)
    cleaner = cleaner_of(batch, sheet)
    closed: dict[str, int] = {}
    two = alone and not batch.dry_run and sheet.rows_expected > CHUNK_ROWS
    with ExitStack() as also, transaction.atomic():
        tell = also.enter_context(progress_of(batch.pk))
        draw = also.enter_context(numbers(keep_for=batch.pk if two else None))
        points = also.enter_context(beside(batch.pk)) if two else None
        list_id = None if batch.dry_run else _list_of(batch, at)
        writer = Writer(cleaner.names, _target(batch, cleaner, list_id, at), draw)
        loaded = load(
            chunks(sheet.batches(CHUNK_ROWS), cleaner, writer),
            writer,
            keep_flaws=errors.keep,
            tell=tell,
            points=points,
            dry_run=batch.dry_run,
        )
        if batch.dry_run:
            transaction.set_rollback(True)
        else:
            filled = [header for header in cleaner.names.headers.values() if cleaner.filled[header]]
            add_known_fields(batch.organization_id, filled)
            closed = close_as_told(batch, cleaner.columns, at=at)
            forget_blocks(batch.pk)
    return Applied(loaded, list_id, _notes(cleaner) | ({"closed": closed} if closed else {}))


def _list_of(batch: Import, at: datetime) -> int | None:
    if not batch.list_name:
        return None
    return int(ensure_list(organization=batch.organization, name=batch.list_name, actor=batch.uploaded_by, at=at).pk)


def _target(batch: Import, cleaner: Cleaner, list_id: int | None, at: datetime) -> Target:
    points, standard = cleaner.names.points, set(cleaner.names.standard.values())
    return Target(
        organization_id=batch.organization_id,
        batch_id=batch.pk,
        list_id=list_id,
        at=at,
        provenance=batch.provenance,
        currency=cleaner.habits.currency,
        creditor=batch.creditor_name or None,
        phone_place=points.get("phone", ("", "unknown"))[1],
        email_place=points.get("email", ("", "unknown"))[1],
        has_external_ids="external_id" in standard,
        has_other_points=bool(points.keys() - {"phone", "email"}),
    )


def _notes(cleaner: Cleaner) -> dict[str, Any]:
    empty = [column.header for column in cleaner.columns if column.header and not cleaner.filled[column.header]]
    return {"empty": empty, "month_first": cleaner.habits.month_first}


def only_one(import_id: int) -> bool:
    """Take the lock that one worker holds while it applies this import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, import_id % 2**31])
        return bool(cursor.fetchone()[0])


def let_go(import_id: int) -> None:
    """Give the lock back; a lost connection has given it back already."""
    if connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, import_id % 2**31])
