"""Verbs of the imports room: begin, choose the columns, look it over, apply, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from forbear.accounts.events import ACCOUNT_STATUS_CHANGED
from forbear.accounts.states import Provenance
from forbear.accounts.states import Status as AccountStatus
from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.refusal import Invalid, Refusal, WrongState
from forbear.payments.events import ACCOUNT_PAID
from forbear.staff.models import Organization

from . import applying, events, tasks, uploads
from .beside import sweep
from .errors import ErrorSpool
from .mapping import Column, as_mapping, choose, require_reachable
from .models import Import
from .reader import open_file
from .states import IMPORT, Status
from .undoing import Undone, take_back

FAULT = "The import stopped because of a fault in the program; nothing of it was saved."


class NothingToApply(WrongState):
    """This import has already been started."""


class CannotUndo(WrongState):
    """Only an import that has been saved, and not yet taken back, can be undone."""


class NoneUsable(Refusal):
    """None of the rows can be used; the errors file says why."""


def begin_import(
    *,
    organization: Organization,
    file: uploads.Readable,
    filename: str,
    list_name: str = "",
    creditor: str = "",
    provenance: str = Provenance.UNKNOWN,
    mapping: Mapping[str, str | None] | None = None,
    dry_run: bool = False,
    from_request: bool = False,
    actor: str = SYSTEM,
    at: datetime,
) -> Import:
    """Keep the file and find out what is in it; nothing is saved yet. Raises FileRefused in one sentence, Invalid."""
    _check_words(list_name, creditor, provenance)
    filename = _plain(filename)
    name, size = uploads.keep(file, filename, organization.pk)
    try:
        sheet = open_file(uploads.path_of(name), filename)
        columns = choose(sheet.header, mapping or {})
        require_reachable(columns, filename)
        return Import.objects.create(
            organization=organization,
            filename=filename,
            path=name,
            size=size,
            list_name=list_name.strip(),
            creditor_name=creditor.strip(),
            provenance=provenance,
            mapping=as_mapping(columns),
            options={"read_as": sheet.read_as, "header": sheet.header, "from_request": from_request},
            dry_run=dry_run,
            total=sheet.rows_expected,
            uploaded_at=at,
            uploaded_by=actor,
        )
    except BaseException:
        uploads.discard(name)
        raise


def _check_words(list_name: str, creditor: str, provenance: str) -> None:
    fields = {}
    for field, words in (("list_name", list_name), ("creditor", creditor)):
        if len(words) > 120 or "\0" in words:
            fields[field] = "At most 120 characters."
    if provenance not in set(Provenance):
        fields["provenance"] = f"One of {', '.join(Provenance)}."
    if fields:
        raise Invalid("Some of what was given cannot be used.", fields=fields)


def _plain(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[:255] or "upload"


def choose_columns(
    *,
    batch: Import,
    mapping: Mapping[str, str | None],
    list_name: str | None = None,
    creditor: str | None = None,
    provenance: str | None = None,
) -> Sequence[Column]:
    """What each column becomes, before anything is saved. Raises BadMapping, NothingUsable, Invalid, NothingToApply."""
    words = {
        "list_name": batch.list_name if list_name is None else list_name.strip(),
        "creditor_name": batch.creditor_name if creditor is None else creditor.strip(),
        "provenance": batch.provenance if provenance is None else provenance,
    }
    _check_words(words["list_name"], words["creditor_name"], words["provenance"])
    sheet = applying.sheet_of(batch)
    columns = choose(sheet.header, mapping)
    require_reachable(columns, batch.filename)
    changed = Import.objects.filter(pk=batch.pk, status__in=_WAITING).exclude(status=Status.COMPLETED, dry_run=False)
    if not changed.update(mapping=as_mapping(columns), status=Status.UPLOADED, dry_run=True, **words):
        raise NothingToApply
    batch.refresh_from_db()
    return columns


_WAITING = [Status.UPLOADED, Status.COMPLETED]


def queue_import(*, batch: Import, dry_run: bool, at: datetime) -> Import:
    """Look it over (a dry run), or apply it: a worker does either. Raises NothingToApply."""
    if batch.status == Status.COMPLETED and not batch.dry_run:
        raise NothingToApply
    with transaction.atomic():
        if not IMPORT.move(batch, "queue", dry_run=dry_run, rows_read=0, rejected=0, error="", started_at=None):
            raise NothingToApply
        tasks.apply.defer(import_id=batch.pk)
    return batch


def apply_import(*, import_id: int, at: datetime) -> None:
    """Bring the rows in, all of them or none. Harmless to repeat; a second worker leaves it to the first.

    What is wrong with the file is written on the import as a sentence. Raises DatabaseError: worth another try.
    """
    if not applying.only_one(import_id):
        return
    try:
        sweep(import_id)
        batch = Import.objects.select_related("organization").get(pk=import_id)
        if IMPORT.move(batch, "start", started_at=batch.started_at or at):
            _apply(batch, at)
    finally:
        applying.let_go(import_id)


def _apply(batch: Import, at: datetime) -> None:
    alone = not connection.in_atomic_block
    with ErrorSpool() as errors:
        try:
            with transaction.atomic():
                applied = applying.apply(batch, errors, alone=alone, at=batch.started_at or at)
                if not applied.accepted and not batch.dry_run:
                    raise NoneUsable(f"None of the {applied.loaded.read:,} rows can be used; the errors say why.")
                errors.save(batch.pk)
                _complete(batch, applied, at)
        except Refusal as refusal:
            _fail(batch, refusal.sentence, errors, at)
        except DatabaseError:
            raise
        except Exception:
            _fail(batch, FAULT, errors, at)
            raise


def _complete(batch: Import, applied: applying.Applied, at: datetime) -> None:
    counts = applied.counts()
    IMPORT.move(
        batch,
        "complete",
        total=applied.loaded.read,
        rows_read=applied.loaded.read,
        contact_list_id=applied.list_id,
        finished_at=at,
        options=batch.options | applied.notes,
        **counts,
    )
    if batch.dry_run:
        return
    paid = {"to": str(AccountStatus.PAID), "import": batch.pk}
    drafts = [
        Draft(batch.organization_id, event, batch.uploaded_by, account_id=account, facts=paid)
        for account in applied.loaded.finished
        for event in (ACCOUNT_STATUS_CHANGED, ACCOUNT_PAID)
    ]
    record([_draft(batch, events.IMPORT_APPLIED, counts | {"list": applied.list_id}), *drafts], at=at)
    transaction.on_commit(lambda: uploads.discard(batch.path))


def _fail(batch: Import, sentence: str, errors: ErrorSpool, at: datetime) -> None:
    with transaction.atomic():
        sweep(batch.pk)
        errors.save(batch.pk)
        IMPORT.move(batch, "fail", error=sentence, rejected=errors.rows, finished_at=at)
        if not batch.dry_run:
            record([_draft(batch, events.IMPORT_FAILED, {})], at=at)
        transaction.on_commit(lambda: uploads.discard(batch.path))


def _draft(batch: Import, event: str, facts: Mapping[str, Any]) -> Draft:
    known: dict[str, Any] = {"import": batch.pk, "provenance": str(batch.provenance), "bytes": batch.size}
    return Draft(batch.organization_id, event, batch.uploaded_by, facts={**known, **facts})


def undo_import(*, batch: Import, actor: str, at: datetime) -> Undone:
    """Take back what this import brought: new accounts go, changed ones get their earlier values back.

    Accounts that have been written to, are part of a campaign, or have been changed since stay as they are, and are
    counted as kept. Raises CannotUndo.
    """
    if batch.dry_run:
        raise CannotUndo
    with transaction.atomic():
        if not IMPORT.move(batch, "undo"):
            raise CannotUndo
        undone = take_back(batch, actor=actor, at=at)
        facts = {"import": batch.pk, "removed": undone.removed, "restored": undone.restored, "kept": undone.kept}
        record([Draft(batch.organization_id, events.IMPORT_UNDONE, actor, facts=facts)], at=at)
        Import.objects.filter(pk=batch.pk).update(options=batch.options | {"undone": undone.as_counts()})
    return undone


def discard_import(*, batch: Import) -> None:
    """Forget a file that was never applied. Raises NothingToApply."""
    waiting = Import.objects.filter(pk=batch.pk, status__in=_WAITING).exclude(status=Status.COMPLETED, dry_run=False)
    if not waiting.delete()[0]:
        raise NothingToApply
    uploads.discard(batch.path)
