"""A process of its own that holds a cluster: says what it got as JSON, then waits for a line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psycopg

from forbear.postgres import Cluster

UNSAFE = {"fsync": "off", "shared_buffers": "16MB", "max_wal_size": "64MB"}


def main(home: str) -> None:
    running = Cluster(Path(home), UNSAFE).ensure_running()
    with psycopg.connect(running.owner_url) as connection:
        connection.execute("SELECT 1")
    told = {
        "pid": running.postmaster.pid,
        "started_here": running.started_here,
        "owner_url": running.owner_url,
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    sys.stdin.readline()
    running.stop()


if __name__ == "__main__":
    main(sys.argv[1])
