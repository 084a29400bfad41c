"""Who runs in a data directory: asked of the kernel, for the number in `postmaster.pid` may be reused."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

PID_FILE = "postmaster.pid"
ORPHANS_LEAVE_WITHIN = 30.0


@dataclass(frozen=True)
class Postmaster:
    """A living server: its process id and the directory of its socket."""

    pid: int
    socket_directory: str

    def alive_in(self, data: Path) -> bool:
        return _is_postgres_in(data, Path(f"/proc/{self.pid}"))


def find_postmaster(data: Path) -> Postmaster | None:
    """The server that its pid file names, if that process really is PostgreSQL in this very directory."""
    lines = _pid_lines(data)
    if len(lines) < 5 or not lines[0].isdigit():
        return None
    postmaster = Postmaster(int(lines[0]), lines[4])
    return postmaster if postmaster.alive_in(data) else None


def wait_for_orphans(data: Path) -> None:
    """Backends outlive a killed server for a moment; until they are gone nobody may open the directory."""
    until = time.monotonic() + ORPHANS_LEAVE_WITHIN
    while _any_postgres_in(data) and find_postmaster(data) is None and time.monotonic() < until:
        time.sleep(0.02)


def forget_reused_pid(data: Path, sockets: Path) -> None:
    """Removes lock files that name a living stranger: PostgreSQL would take it for a server, and refuse.

    A pid file whose process is dead is left alone: PostgreSQL checks the shared memory that it names first.
    """
    lines = _pid_lines(data)
    if lines and Path(f"/proc/{lines[0]}").exists() and not _any_postgres_in(data):
        (data / PID_FILE).unlink(missing_ok=True)
    for leftover in sockets.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def _pid_lines(data: Path) -> list[str]:
    try:
        return [line.strip() for line in (data / PID_FILE).read_text(errors="replace").splitlines()]
    except FileNotFoundError:
        return []


def _any_postgres_in(data: Path) -> bool:
    return any(_is_postgres_in(data, process) for process in Path("/proc").glob("[0-9]*"))


def _is_postgres_in(data: Path, process: Path) -> bool:
    try:
        program = (process / "exe").readlink().name.removesuffix(" (deleted)")
        return program == "postgres" and (process / "cwd").readlink() == data
    except OSError:
        return False
