"""`/health`: is this process well, and can it reach what it needs. No key; nothing of anybody's in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from forbear.version import VERSION

log = structlog.get_logger("forbear.health")
WORKER_SILENT_AFTER = 60
"""Seconds after which a worker that has not told of itself is taken for dead; they tell every ten."""

_ASK = f"""
SELECT (SELECT count(*) FROM procrastinate_jobs
         WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
       (SELECT count(*) FROM procrastinate_workers
         WHERE last_heartbeat > now() - interval '{WORKER_SILENT_AFTER} seconds')
"""  # noqa: S608

FAILED_JOBS = """
SELECT j.task_name, count(*) FROM procrastinate_jobs j WHERE j.status = 'failed' AND EXISTS (
    SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'failed' AND e.at > now() - interval '1 day')
GROUP BY 1 ORDER BY 1"""
"""(task, how many of it) of the last day. Only jobs that went right are deleted."""


def health(request: HttpRequest) -> JsonResponse:
    """200, or 503 while the database or the queue's tables cannot be read.

    A missing worker is told and is no error: a web process without one is well.
    """
    checks = looked_into()
    well = all(checks[name]["ok"] for name in ("database", "queue"))
    body = {"ok": well, "service": "forbear", "version": VERSION, "ts": stamp(), "checks": checks}
    response = JsonResponse(body, status=200 if well else 503)
    response["Cache-Control"] = "no-store"
    return response


def stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def looked_into() -> dict[str, dict[str, Any]]:
    """Each part with `ok` and its figures."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        log.warning("database away", why=type(error).__name__)
        connection.close()
        return {name: {"ok": False} for name in ("database", "queue", "workers")}
    return {"database": {"ok": True}, **queue_and_workers()}


def queue_and_workers() -> dict[str, dict[str, Any]]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ASK)
            waiting, alive = cursor.fetchone() or (0, 0)
    except Error as error:
        log.warning("queue cannot be read", why=type(error).__name__)
        return {"queue": {"ok": False}, "workers": {"ok": False}}
    return {"queue": {"ok": True, "waiting": waiting}, "workers": {"ok": alive > 0, "alive": alive}}
