"""Jobs whose worker was killed."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from procrastinate.contrib.django import app

from forbear.tasks import GIVEN_UP_AFTER, sweep


def orphan(connection: psycopg.Connection, *, name: str, attempts: int = 1, status: str = "doing") -> int:
    """A job as a killed worker leaves it: begun, and nobody's."""
    row = connection.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, attempts, args)"
        " VALUES ('engine', %s, %s, %s, %s, '{}') RETURNING id",
        [name, name, status, attempts],
    ).fetchone()
    return int(row[0])


def run_sweep() -> None:
    async def once() -> None:
        async with app.open_async():
            await app.configure_task("forbear.sweep", queueing_lock=None).defer_async(timestamp=0)
            await app.run_worker_async(queues=["housekeeping"], wait=False, install_signal_handlers=False)

    with app.replace_connector(app.connector.get_worker_connector()):
        asyncio.run(once())


@pytest.mark.process
def test_a_killed_workers_jobs_are_taken_up_unless_they_have_a_successor_or_are_hopeless(own_database):
    assert sweep.name == "forbear.sweep"
    with psycopg.connect(own_database, autocommit=True) as connection:
        alone = orphan(connection, name="alone")
        succeeded_by = orphan(connection, name="twice")
        waiting = orphan(connection, name="twice", status="todo", attempts=0)
        hopeless = orphan(connection, name="hopeless", attempts=GIVEN_UP_AFTER)
        run_sweep()
        status = dict(connection.execute("SELECT id, status FROM procrastinate_jobs").fetchall())
    assert {job: status[job] for job in (alone, succeeded_by, waiting, hopeless)} == {
        alone: "todo",
        succeeded_by: "failed",
        waiting: "todo",
        hopeless: "failed",
    }
