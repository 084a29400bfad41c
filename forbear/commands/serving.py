"""`forbear serve` and `forbear worker`."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forbear.commands.house import Database, home, house
from forbear.commands.supervisor import Child, Supervisor, listen

if TYPE_CHECKING:
    from procrastinate import App

WEB_WORKERS = 2
WEB_THREADS = 4
DRAIN_SECONDS = 60
"""How long a text that is being handed over may take to settle before the process is ended."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-worker", is_flag=True, help="The pages and the API alone.")
@click.option("--reload", is_flag=True, help="For development: start anew when a source file changes.")
def serve(host: str, port: int, no_worker: bool, reload: bool) -> None:
    """Serve the pages and the API, and do the background work."""
    with listening(host, port) as listener, house() as ground:
        serve_until_told_to_stop(ground, listener, address(host, port), with_worker=not no_worker, reload=reload)


@click.command()
@click.option("--lanes", default="", help="Only these lanes, separated by commas; all of them by default.")
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1, 64))
def worker(lanes: str, concurrency: int) -> None:
    """Do the background work until told to stop."""
    with house():
        from procrastinate.contrib.django import app

        from forbear.engine import settle_in, wake

        settle_in()
        wake()
        ours = app.replace_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        queues = [lane.strip() for lane in lanes.split(",") if lane.strip()] or None
        with sealing(), ours as working:
            asyncio.run(work(working, queues, concurrency))


@contextmanager
def sealing() -> Iterator[None]:
    """Beside the jobs, every two seconds: no job costs less than looking whether something waits for its seal."""
    from forbear.compliance.sealing import keep_sealing

    ended = threading.Event()
    loop = threading.Thread(target=keep_sealing, args=(ended,), name="sealing", daemon=True)
    loop.start()
    try:
        yield
    finally:
        ended.set()
        loop.join()


async def work(app: App, queues: list[str] | None, concurrency: int) -> None:
    """Works until SIGTERM, which lets the jobs under way finish."""
    async with app.open_async():
        await app.run_worker_async(
            queues=queues,  # type: ignore[arg-type]
            concurrency=concurrency,
            shutdown_graceful_timeout=DRAIN_SECONDS,
            delete_jobs="successful",
        )


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Takes the port before anything is started, and lets links in messages lead to this address."""
    with listen(host, port) as listener:
        os.environ.setdefault("FORBEAR_PUBLIC_URL", address(host, port))
        share_metrics()
        yield listener


def share_metrics() -> None:
    """One folder, empty at the start, in which the web processes add up their request counts."""
    folder = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(home() / "metrics")))
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the pages."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def serve_until_told_to_stop(
    ground: Database, listener: socket.socket, address: str, *, with_worker: bool = True, reload: bool = False
) -> None:
    """Runs web server and worker as children, and restarts what crashes."""
    from django.db import connections

    connections.close_all()
    children = [Child("web", web_command(listener, reload=reload), listener)]
    if with_worker:
        children.append(Child("worker", (sys.executable, "-m", "forbear", "worker")))
    Supervisor(children, ground.embedded, drain_seconds=DRAIN_SECONDS).run(
        ready_at=f"{address}/health", say_ready=lambda: click.echo(f"Forbear listens on {address}")
    )


def web_command(listener: socket.socket, *, reload: bool) -> tuple[str, ...]:
    bind = f"fd://{listener.fileno()}"
    return (
        *(sys.executable, "-m", "gunicorn", "forbear.wsgi:application", "--bind", bind),
        *("--worker-class", "gthread", "--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
        *("--graceful-timeout", "30", "--log-level", "warning", "--no-control-socket"),
        "--reload" if reload else "--preload",
    )
