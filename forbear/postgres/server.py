"""The server's process: our child, ready when a connection succeeds, stopped by the last one out."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psycopg

from forbear.postgres.binaries import Binaries
from forbear.postgres.place import PORT, Place, locked
from forbear.postgres.postmaster import Postmaster
from forbear.postgres.refusals import NotAnswering, NotStarted, line_that_tells_why
from forbear.postgres.roles import APP, DATABASE, OWNER, Passwords

READY_WITHIN = 300.0
"""Seconds; a server that was killed under load replays its log before it answers."""
FAST_STOP_WITHIN = 60.0


@dataclass
class Running:
    """A server that answers, and our hold on it. Let go with `stop`, or by leaving a `with` block."""

    home: Path
    place: Place
    passwords: Passwords
    postmaster: Postmaster
    holder: int | None
    process: subprocess.Popen[bytes] | None = None

    @property
    def started_here(self) -> bool:
        return self.process is not None

    @property
    def owner_url(self) -> str:
        """The URL of the role that owns the tables and migrates."""
        return self._url(OWNER)

    @property
    def app_url(self) -> str:
        """The URL of the role that the program runs as."""
        return self._url(APP)

    def alive(self) -> bool:
        """Whether the server's process is still there; a dead child of ours is reaped."""
        if self.process is not None and self.process.poll() is not None:
            return False
        return self.postmaster.alive_in(self.place.data)

    def keep(self) -> None:
        """Leaves the server running after we go, until somebody starts another: its URL was given away."""
        self.place.kept.touch(mode=0o600)

    def stop(self) -> None:
        """Lets go. The last holder stops the server fast and waits for its end, unless it is to be kept.

        While another of our processes holds the server, it runs on. A second call does nothing.
        """
        if self.holder is None:
            return
        with locked(self.home / "postgres.lock"):
            if self._alone() and not self.place.kept.exists():
                self._end()
            os.close(self.holder)
            self.holder = None

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _url(self, role: str) -> str:
        return self.passwords.url(role, DATABASE, Path(self.postmaster.socket_directory))

    def _alone(self) -> bool:
        assert self.holder is not None
        try:
            fcntl.flock(self.holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _end(self) -> None:
        for word, patience in ((signal.SIGINT, FAST_STOP_WITHIN), (signal.SIGQUIT, FAST_STOP_WITHIN)):
            if self.alive():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.postmaster.pid, word)
            until = time.monotonic() + patience
            while self.alive() and time.monotonic() < until:
                time.sleep(0.01)


def start(
    place: Place, binaries: Binaries, sockets: Path, settings: Mapping[str, str], passwords: Passwords
) -> tuple[subprocess.Popen[bytes], Postmaster]:
    """Runs `postgres` as our child, in its own session so that a Ctrl-C meant for us does not reach it."""
    chosen = {
        **settings,
        "port": str(PORT),
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
    }
    options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    log = place.open_log()
    begins_at = os.fstat(log).st_size
    try:
        process = subprocess.Popen(
            [str(binaries.directory / "postgres"), "-D", str(place.data), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=binaries.environment(),
            umask=0o077,
            start_new_session=True,
            **place.runner.dropped(),
        )
    finally:
        os.close(log)
    url = passwords.url("postgres", "postgres", sockets)
    if not await_ready(url, lambda: process.poll() is None, place):
        raise NotStarted(log=place.log, last_line=_last_words(place.log, begins_at))
    return process, Postmaster(process.pid, str(sockets))


def await_ready(url: str, alive: Callable[[], bool], place: Place) -> bool:
    """True as soon as a connection succeeds, False when the server's process has ended."""
    until = time.monotonic() + READY_WITHIN
    while alive():
        try:
            psycopg.connect(url, connect_timeout=10).close()
            return True
        except psycopg.OperationalError as error:
            why = str(error).strip().partition("\n")[0]
            if "password authentication failed" in why or time.monotonic() > until:
                raise NotAnswering(directory=place.data, why=why) from error
            time.sleep(0.02)
    return False


def _last_words(log: Path, begins_at: int) -> str:
    with log.open("rb") as file:
        file.seek(begins_at)
        return line_that_tells_why(file.read().decode(errors="replace"))
