"""The engine's loops run to their end in one process: what the workers do, without waiting for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from forbear.campaigns import planner
from forbear.dispatch.carrier import Carried, carry_until_idle
from forbear.dispatch.reaper import reap
from forbear.dispatch.receipts import read_until_idle

Told = Callable[[Carried], None]


def run_until_idle(at: datetime, *, gateway: Callable[[datetime], int] | None = None) -> dict[str, int]:
    """Plan, carry and read until nothing is due at `at`. `gateway` lets a simulated gateway report; it gives how much it
    told. Answers the counts: launched, enqueued, the carrier's, read.
    """
    counts = {"launched": 0, "enqueued": 0, "read": 0, "reaped": reap(at=at)}
    carried = Carried()
    while True:
        counts["launched"] += planner.launch_scheduled(at=at)
        planned = planner.plan_due_steps(at=at)
        batch = carry_until_idle(at=at)
        told = gateway(at) if gateway else 0
        read = read_until_idle(at=at)
        counts["enqueued"] += planned
        counts["read"] += read
        carried.add(batch)
        if not (planned or batch.claimed or told or read):
            break
    counts["completed"] = planner.complete_ended(at=at)
    figures = asdict(carried)
    del figures["idle"]
    return counts | figures
