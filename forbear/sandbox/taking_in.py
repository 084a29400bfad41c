"""The demo's files go in by the verbs that the pages use."""

from __future__ import annotations

import io

from forbear.accounts.states import Provenance
from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.imports.actions import apply_import, begin_import, queue_import
from forbear.imports.models import Import
from forbear.imports.states import Status
from forbear.staff.models import Organization, Person


class NotTakenIn(Refusal):
    """A file of the demo could not be imported."""


def take_in(organization: Organization, person: Person, *, filename: str, list_name: str, body: bytes) -> Import:
    """Import a file to a list, once; the rows that are wrong are left out. Raises NotTakenIn."""
    known: Import | None = Import.objects.of(organization).filter(filename=filename, status=Status.COMPLETED).first()
    if known is not None:
        return known
    batch = begin_import(
        organization=organization,
        file=io.BytesIO(body),
        filename=filename,
        list_name=list_name,
        provenance=Provenance.GIVEN_BY_CONSUMER,
        actor=person.actor,
        at=clock.now(),
    )
    queue_import(batch=batch, dry_run=False, at=clock.now())
    apply_import(import_id=batch.pk, at=clock.now())
    batch.refresh_from_db()
    if batch.status != Status.COMPLETED:
        raise NotTakenIn(f"{filename} was not imported: {batch.error}")
    return batch
