"""Verify now: the audit of one organization's log as a job, with its progress and its result kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from .auditing import SHOWN_AT_MOST, Report, Step, audit
from .models import Check, Seal

WRITTEN_EVERY = 1.0
"""Seconds between two words about the progress."""
LOST_AFTER = timedelta(hours=2)


def ask_for_check(*, organization_id: int, actor: str, at: datetime) -> tuple[Check, bool]:
    """The check that is under way, or a new one, and whether it is new. One that nobody finished is begun anew."""
    Check.objects.filter(organization_id=organization_id, finished_at=None, asked_at__lt=at - LOST_AFTER).update(
        finished_at=at, findings=["The check was broken off."]
    )
    return Check.objects.get_or_create(
        organization_id=organization_id, finished_at=None, defaults={"asked_by": actor, "asked_at": at}
    )


def run_check(check_id: int, *, at: datetime) -> None:
    """Hold the log against itself, and write what was found. Repeating it is harmless."""
    check = Check.objects.filter(pk=check_id, finished_at=None).first()
    if check is None:
        return
    started = time.monotonic()
    with _written(check_id) as step:
        report = audit(only=check.organization_id, step=step)
    seconds = time.monotonic() - started
    Check.objects.filter(pk=check_id).update(**_result(report), seconds=seconds, finished_at=at)


def _result(report: Report) -> dict[str, Any]:
    return {
        "done": report.entries,
        "total": report.entries,
        "checkpoints": report.checkpoints,
        "findings": [one.sentence for one in report.findings[:SHOWN_AT_MOST]],
    }


@contextmanager
def _written(check_id: int) -> Iterator[Step]:
    """The audit reads all as of one moment and cannot write: a thread with its own connection says how far it is."""
    far, ended = [0, 0], threading.Event()

    def step(done: int, of: int) -> None:
        far[:] = [done, of]

    def write() -> None:
        while not ended.wait(WRITTEN_EVERY):
            Check.objects.filter(pk=check_id).update(done=far[0], total=far[1])
        connection.close()

    writer = threading.Thread(target=write, name="check", daemon=True)
    writer.start()
    try:
        yield step
    finally:
        ended.set()
        writer.join()


def newest_check(organization_id: int) -> Check | None:
    """The one that is under way, or the last that was finished."""
    return Check.objects.filter(organization_id=organization_id).order_by("-pk").first()


def owners() -> list[int]:
    """Whose logs have anything sealed."""
    return list(Seal.objects.order_by("organization_id").values_list("organization_id", flat=True).distinct())
