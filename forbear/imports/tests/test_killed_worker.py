"""A worker that is killed in the middle of an import leaves nothing of it, and the next one starts again."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as values
from django.db import connection

from forbear.accounts.models import Account, Consumer, ContactPoint
from forbear.core import clock
from forbear.imports import actions, queries
from forbear.imports.models import Block, Import
from forbear.orphans import orphans
from tests.cast import TUESDAY, found
from tests.workers import Worker

ROWS = 60_000


def apply(uploads: Path, number: int) -> None:
    values.UPLOADS = uploads
    actions.apply_import(import_id=number, at=clock.now())


@pytest.mark.process
def test_a_killed_worker_loses_nothing_and_saves_nothing_twice(
    own_database: str, tmp_path: Path, settings: Any, django_db_blocker: Any
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    with django_db_blocker.unblock():
        batch = waiting_import()
        worker = Worker(own_database, apply, settings.UPLOADS, batch.pk)
        progress = wait_until(lambda: 0 < Import.objects.get(pk=batch.pk).rows_read < ROWS, worker)
        worker.kill()
        assert progress
        wait_until(lambda: no_other_connection())
        batch.refresh_from_db()
        assert batch.status == "running"
        assert not Account.objects.exists()
        assert not Consumer.objects.exists()
        assert ContactPoint.objects.exists(), "what the second connection had brought stays behind, and is nobody's"
        assert queries.unfinished(at=TUESDAY + timedelta(hours=1)) == [batch.pk]
        actions.apply_import(import_id=batch.pk, at=TUESDAY)
        batch.refresh_from_db()
        assert (batch.status, batch.created, batch.error) == ("completed", ROWS, "")
        assert (Account.objects.count(), ContactPoint.objects.count()) == (ROWS, ROWS)
        assert not orphans()
        assert not Block.objects.exists()
        connection.close()


def waiting_import() -> Import:
    rows = "".join(f"Person {n},415{2_000_000 + n},A-{n}\n" for n in range(ROWS))
    batch = actions.begin_import(
        organization=found("Larkfield Recovery"),
        file=io.BytesIO(f"name,phone,number\n{rows}".encode()),
        filename="many.csv",
        list_name="many",
        at=TUESDAY,
    )
    return actions.queue_import(batch=batch, dry_run=False, at=TUESDAY)


def wait_until(true: Any, worker: Worker | None = None) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if true():
            return True
        if worker is not None and not worker.is_busy():
            return False
        time.sleep(0.02)
    return False


def no_other_connection() -> bool:
    """The server has noticed that the worker is gone, and rolled its transaction back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0] == 0)
