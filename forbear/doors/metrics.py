"""`/metrics` for Prometheus: requests of the web processes, and what stands in the database when asked.

With several web processes the library adds their figures up through the folder PROMETHEUS_MULTIPROC_DIR.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from psycopg.errors import QueryCanceled

from forbear.core import clock
from forbear.dispatch.states import OPEN

from .health import FAILED_JOBS, WORKER_SILENT_AFTER

PATIENCE = "2s"
OWN = CollectorRegistry()
REQUESTS = Counter("forbear_requests", "Requests answered.", ["method", "route", "status"], registry=OWN)
SECONDS = Histogram(
    "forbear_request_seconds",
    "How long an answer took.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=OWN,
)

# name, help, label, statement: each gives (label, number) rows, or one number.
GAUGES = (
    (
        "forbear_queue_items",
        "Contacts that are planned or being handed over.",
        "status",
        "SELECT status, count(*) FROM dispatch_queueitem WHERE status = ANY(%(open)s) GROUP BY status",
    ),
    (
        "forbear_queue_due",
        "Contacts that could leave now.",
        "",
        "SELECT count(*) FROM dispatch_queueitem WHERE status = 'pending' AND scheduled_for <= %(at)s",
    ),
    (
        "forbear_messages",
        "Messages, sent and received.",
        "status",
        "SELECT status, count(*) FROM dispatch_message GROUP BY status",
    ),
    (
        "forbear_webhooks_waiting",
        "Posts of gateways that have not been read.",
        "",
        "SELECT count(*) FROM dispatch_webhook WHERE status = 'new'",
    ),
    (
        "forbear_jobs",
        "Background jobs that wait or run.",
        "status",
        "SELECT status, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY status",
    ),
    (
        "forbear_jobs_failed",
        "Background jobs of the last day that ended in an error.",
        "task",
        FAILED_JOBS,
    ),
    (
        "forbear_workers_alive",
        "Workers that told of themselves lately.",
        "",
        "SELECT count(*) FROM procrastinate_workers "  # noqa: S608
        f"WHERE last_heartbeat > now() - interval '{WORKER_SILENT_AFTER} seconds'",
    ),
    (
        "forbear_worker_heartbeat_age_seconds",
        "Seconds since the latest word of any worker.",
        "",
        "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers",
    ),
)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Counts one answer, by its route and never by its path; methods that somebody made up count as one."""
    method = method if method in METHODS else "other"
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)


class Standing:
    """What stands in the database at the moment of the question; what takes too long is left out."""

    def collect(self) -> Iterator[Metric]:
        for name, says, label, statement in GAUGES:
            gauge = GaugeMetricFamily(name, says, labels=[label] if label else [])
            for row in asked(statement):
                *labels, number = row
                if number is not None:
                    gauge.add_metric([str(word) for word in labels], float(number))
            yield gauge


def asked(statement: str) -> list[tuple[Any, ...]]:
    """The rows, or none where the database needs longer than our patience."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            cursor.execute(statement, {"at": clock.now(), "open": OPEN})
            return list(cursor.fetchall())
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return []
        raise


def metrics(request: HttpRequest) -> HttpResponse:
    """The text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(Standing())
    if settings.METRICS_FOLDER:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = generate_latest(registry)
    else:
        text = generate_latest(registry) + generate_latest(OWN)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)
