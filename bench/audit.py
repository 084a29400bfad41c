"""How long `forbear audit verify` takes for N entries, beside reading the same rows and hashing them, and nothing else.

    python -m bench.audit [--entries 1000000]

The entries are written by `record` and sealed as an installation does; every third carries a verdict of the length that
dispatch writes. Proofs are timed against the whole tree.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from .ground import ground, say, timed

AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
AT_ONCE = 5_000
MOST_SECONDS = 60
VERDICT = {
    "outcome": "allow",
    "reason": "",
    "at": "2026-11-24T17:00:00Z",
    "next_allowed_at": None,
    "unblock_by": [],
    "findings": [
        {"rule": "hours", "pack": "us.federal", "outcome": "allow", "facts": {"from": "08:00", "to": "21:00"}},
        {"rule": "frequency", "pack": "us.federal", "outcome": "allow", "facts": {"n": 1, "days": 7}},
    ],
    "passed": 41,
    "packs": ["organization", "us.federal", "us.ca"],
}


def write(entries: int) -> None:
    """In batches, as the carrier does."""
    from django.db import transaction

    from forbear.compliance.actions import Draft, canonical, record
    from forbear.compliance.sealing import seal_all

    cleared = canonical({"item": 1, "verdict": VERDICT})
    for begin in range(0, entries, AT_ONCE):
        drafts = [
            Draft(
                1,
                "bench:message:sent" if number % 3 else "bench:item:cleared",
                account_id=number,
                message_id=number,
                channels=("sms",),
                facts={"item": number, "gateway_id": f"P{number}"} if number % 3 else cleared,
            )
            for number in range(begin, min(begin + AT_ONCE, entries))
        ]
        with transaction.atomic():
            record(drafts, at=AT + timedelta(seconds=begin))
        seal_all(at=AT + timedelta(seconds=begin))


def floor() -> int:
    """Read every body and hash it."""
    from django.db import connection, transaction

    read = 0
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute("SELECT body FROM compliance_entry ORDER BY id")
        while rows := cursor.fetchmany(10_000):
            for (body,) in rows:
                sha256(b"\x00" + body.encode()).digest()
            read += len(rows)
    return read


def proofs(entries: int, times: int = 200) -> float:
    """Seconds for one proof, of entries all over the log."""
    from forbear.compliance.models import Entry
    from forbear.compliance.proofs import proof_of

    class Bench:
        pk = 1

    some: list[Any] = [Entry.objects.get(pk=1 + number * (entries - 1) // times) for number in range(times)]
    began = time.perf_counter()
    for entry in some:
        proof_of(Bench, entry)
    return (time.perf_counter() - began) / times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    wanted = parser.parse_args()
    seconds: dict[str, float] = {}
    with ground():
        from forbear.compliance.auditing import audit

        with timed(seconds, "write"):
            write(wanted.entries)
        with timed(seconds, "floor"):
            read = floor()
        with timed(seconds, "audit"):
            report = audit()
        one = proofs(wanted.entries)
    if (read, report.entries, report.findings) != (wanted.entries, wanted.entries, []):
        raise SystemExit(f"Not everything was checked: {read=} {report=}")
    say(f"{wanted.entries:,} entries in {report.checkpoints:,} checkpoints, {os.cpu_count()} cores")
    say(f"written and sealed      {seconds['write']:8.1f} s   {wanted.entries / seconds['write']:,.0f} entries/s")
    say(f"read and hash, no more  {seconds['floor']:8.1f} s")
    say(f"audit                   {seconds['audit']:8.1f} s   {seconds['audit'] / seconds['floor']:.1f}x that")
    say(f"one proof               {1000 * one:8.1f} ms")
    raise SystemExit(seconds["audit"] > MOST_SECONDS)


if __name__ == "__main__":
    main()
