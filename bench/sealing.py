"""What sealing costs the dispatch: the same broadcast with and without it, in turns, in one run.

    python -m bench.sealing [--contacts 5000] [--workers 2]

Each turn hands over as many messages as there are contacts to it; the workers seal as those of an installation do, in a
thread of their own, only more often (twice a second), so that nearly all entries of a turn are sealed while it lasts.
After a turn that is not counted they are without, with, with, without, and again: what slows down in the course of the
run slows both.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from .broadcast import AT, fill
from .ground import ground, say

TURNS = (False, True, True, False, False, True, True, False)
MOST_SLOWER = 0.05
EVERY_SECONDS = 0.5


def work(at: datetime, with_seals: bool, start: Any, results: Any) -> None:
    """One worker process; tells how many it handed over, in how many seconds, and what CPU all of it and the sealing took."""
    import django

    django.setup()
    from django.db import connection

    from forbear.dispatch.carrier import carry_until_idle

    ended, used = threading.Event(), [0.0]
    loop = threading.Thread(target=seal_often, args=(at, ended, used))
    start.wait()
    connection.ensure_connection()
    before = time.process_time() + backend_seconds(connection)
    if with_seals:
        loop.start()
    began = time.perf_counter()
    sent = carry_until_idle(at=at).sent
    seconds = time.perf_counter() - began
    ended.set()
    if with_seals:
        loop.join()
    # The process counts the thread of the sealing; its connection's backend is one of its own.
    total = time.process_time() + backend_seconds(connection) - before + used[0]
    results.put((sent, seconds, total, used[0] + used[-1]))


def seal_often(at: datetime, ended: threading.Event, used: list[float]) -> None:
    """As `keep_sealing` does; leaves the CPU seconds of the backend first, those of the thread last."""
    from django.db import connection

    from forbear.compliance.sealing import seal_all

    connection.ensure_connection()
    begun = backend_seconds(connection), time.thread_time()
    while not ended.wait(EVERY_SECONDS):
        seal_all(at=at)
    used[:] = [backend_seconds(connection) - begun[0], time.thread_time() - begun[1]]
    connection.close()


def backend_seconds(connection: Any) -> float:
    """CPU that the server's process for this connection has used (Linux)."""
    fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def turn(workers: int, at: datetime, *, with_seals: bool) -> tuple[float, float]:
    """Messages a second of all workers together, and what share of their CPU the sealing took."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    start = context.Barrier(workers)
    processes = [context.Process(target=work, args=(at, with_seals, start, results)) for _ in range(workers)]
    for process in processes:
        process.start()
    sent, seconds, total, sealing = zip(*[results.get() for _ in processes], strict=True)
    for process in processes:
        process.join()
    return sum(sent) / max(seconds), sum(sealing) / sum(total)


def share_sealed() -> float:
    """Of the entries that there are; then what is left is sealed, so that the next turn begins with nothing."""
    from forbear.compliance.models import Entry, Seal
    from forbear.compliance.sealing import seal_all

    sealed = sum(seal.size - seal.first for seal in Seal.objects.defer("hashes", "entries"))
    share = sealed / Entry.objects.count()
    seal_all(at=AT, wait=True)
    return share


def schedule(turns: int) -> None:
    """Each turn has its own minute, and every turn as many items."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dispatch_queueitem SET scheduled_for = %s + (account_id %% %s) * interval '1 minute'", [AT, turns]
        )
        cursor.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=5_000, help="in each turn")
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    rates: dict[bool, list[float]] = {False: [], True: []}
    shares = []
    with ground():
        from forbear.campaigns import actions
        from forbear.campaigns.planner import plan_due_steps

        turns = (True, *TURNS)
        organization, people, template = fill(wanted.contacts * len(turns))
        campaign = actions.create_campaign(
            organization=organization, kind="broadcast", name="Bench", template=template, contact_list=people,
            start_date=AT.date(), end_date=AT.date(), actor="system", at=AT,
        )  # fmt: skip
        actions.activate(campaign=campaign, actor="system", at=AT)
        plan_due_steps(at=AT)
        schedule(len(turns))
        for number, with_seals in enumerate(turns):
            rate, cpu = turn(wanted.workers, AT + timedelta(minutes=number), with_seals=with_seals)
            sealed = share_sealed()
            if not number:
                continue
            rates[with_seals].append(rate)
            if with_seals:
                shares.append(cpu)
                say(
                    f"with    sealing: {rate:8,.0f} messages/s, {sealed:.0%} of the log sealed with {cpu:.1%} of the CPU"
                )
            else:
                say(f"without sealing: {rate:8,.0f} messages/s")
    without, within = (sum(rates[kind]) / len(rates[kind]) for kind in (False, True))
    slower = 1 - within / without
    say(f"{wanted.contacts:,} contacts a turn, {wanted.workers} workers, {os.cpu_count()} cores")
    say(f"sealing took {median(shares):.1%} of the CPU that dispatch and sealing took (at most {MOST_SLOWER:.0%})")
    say(f"and dispatch was slower by {slower:.1%}; on a machine that others use, turns differ by more than that")
    raise SystemExit(median(shares) > MOST_SLOWER)


if __name__ == "__main__":
    main()
