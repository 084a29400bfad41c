"""The engine's loops run to their end in one process: what the workers do, without waiting for them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.db import connection

from forbear.accounts.buckets import move_buckets
from forbear.campaigns import planner
from forbear.campaigns.escalating import escalate_due
from forbear.campaigns.following import follow
from forbear.campaigns.tasks import wake_planner
from forbear.compliance.sealing import seal_all
from forbear.dispatch.calls import end_unheard
from forbear.dispatch.carrier import Carried, carry_until_idle
from forbear.dispatch.reaper import ask_once_more, reap
from forbear.dispatch.receipts import read_until_idle
from forbear.dispatch.referring import close_moot
from forbear.dispatch.tasks import wake_carrier, wake_reader
from forbear.documents.following import derive_everywhere
from forbear.payments.promising import overdue_promises

# How long to wait for a worker of another process that is in the middle of a batch.
PATIENCE_SECONDS = 5.0


def run_until_idle(at: datetime, *, gateway: Callable[[datetime], int] | None = None) -> dict[str, int]:
    """Plan, carry and read until nothing is due at `at`. `gateway` lets a simulated gateway report and
    gives how much it told. Answers the counts: launched, enqueued, the carrier's, read, sealed.
    """
    _pass_the_night(at)
    counts = {
        "launched": 0,
        "escalated": 0,
        "enqueued": 0,
        "read": 0,
        "reaped": reap(at=at) + ask_once_more(at=at) + end_unheard(at=at),
    }
    carried = Carried()
    while True:
        counts["launched"] += planner.launch_scheduled(at=at)
        counts["escalated"] += escalate_due(at=at)
        planned = planner.plan_due_steps(at=at)
        batch = carry_until_idle(at=at)
        told = gateway(at) if gateway else 0
        read = read_until_idle(at=at)
        counts["enqueued"] += planned
        counts["read"] += read
        carried.add(batch)
        if not (planned or batch.claimed or told or read or _others_settle()):
            break
    counts["completed"] = planner.complete_ended(at=at)
    close_moot(at=at)
    counts["sealed"] = seal_all(at=at, wait=True)
    figures = asdict(carried)
    del figures["idle"]
    return counts | figures


def _pass_the_night(at: datetime) -> None:
    """What the hourly jobs do once a day of each organization, for the days that have passed by `at`."""
    move_buckets(at=at)
    overdue_promises(at=at)
    derive_everywhere(at=at)
    follow(at=at)


def settle_in() -> None:
    """Once in each worker: what is loaded by now stays for good, and batches make much that dies at once. Left as it
    is, the garbage collector looks through all of it again in every batch."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def wake() -> None:
    """Let every loop look for work: a worker that begins takes up what another one, or the database, left lying."""
    wake_planner()
    wake_reader()
    wake_carrier()


def _others_settle() -> bool:
    """Wait for what other processes have in hand; True if something of it was settled, so that more may be due."""
    in_hand = _in_hand()
    if not in_hand:
        return False
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        time.sleep(0.05)
        if _in_hand() != in_hand:
            return True
    return False


def _in_hand() -> tuple[int, int, int] | None:
    """Items being handed over, webhooks not yet read, jobs under way; None where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM dispatch_queueitem WHERE status = 'processing'),
                      (SELECT count(*) FROM dispatch_webhook WHERE status = 'new'),
                      (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing')"""
        )
        row = cursor.fetchone()
    return row if row and any(row) else None
