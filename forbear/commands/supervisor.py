"""One parent for web server, worker and embedded database: it restarts what crashes and drains on SIGTERM."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from forbear.commands.house import home
from forbear.core.refusal import Refusal
from forbear.postgres import Cluster, Running

READY_WITHIN = 60.0
TICK = 0.1
LIVED_WELL = 60.0
LONGEST_PAUSE = 30.0
PR_SET_PDEATHSIG = 1

log = structlog.get_logger("forbear.serve")


class PortInUse(Refusal):
    """The port is in use."""


class WebDidNotStart(Refusal):
    """The web server did not start; its reason stands above."""


@dataclass
class Child:
    """A program that is kept running; `failures` in a row lengthen the pause before the next start.

    A web server inherits the `listener`.
    """

    name: str
    command: tuple[str, ...]
    listener: socket.socket | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=() if self.listener is None else (self.listener.fileno(),),
            preexec_fn=partial(_end_with_parent, os.getpid()),
        )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def next_start(self) -> float:
        return self.started_at + min(LONGEST_PAUSE, 2.0**self.failures)

    def tell(self, word: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(word)

    def stop(self) -> None:
        """Asks for a graceful end; whoever connects from now on is refused instead of kept waiting."""
        if self.listener is not None:
            self.listener.close()
        self.tell(signal.SIGTERM)

    def restart_if_crashed(self) -> None:
        """Starts it again after a pause that doubles with each quick failure."""
        if self.alive or time.monotonic() < self.next_start:
            return
        assert self.process is not None
        lived = time.monotonic() - self.started_at
        self.failures = 0 if lived > LIVED_WELL else self.failures + 1
        log.warning("child restarted", child=self.name, status=self.process.returncode)
        self.start()


class Supervisor:
    """Keeps the children and the embedded database running until told to stop, then lets go of both."""

    def __init__(self, children: Sequence[Child], embedded: Running | None, *, drain_seconds: float) -> None:
        self.children = children
        self.embedded = embedded
        self.drain_seconds = drain_seconds
        self.stopping = False

    def run(self, *, ready_at: str, say_ready: Callable[[], None]) -> None:
        """Blocks until SIGTERM or SIGINT; then nothing new starts and what is under way is finished."""
        for word in (signal.SIGTERM, signal.SIGINT):
            signal.signal(word, self._stop)
        try:
            for child in self.children:
                child.start()
            self._await_ready(ready_at)
            if not self.stopping:
                say_ready()
            while not self.stopping:
                time.sleep(TICK)
                self._look_after()
        finally:
            self._drain()
            if self.embedded is not None:
                self.embedded.stop()

    def _stop(self, word: int, frame: object) -> None:
        """The first signal drains, a second one ends the children at once."""
        if self.stopping:
            for child in self.children:
                child.tell(signal.SIGKILL)
        self.stopping = True

    def _await_ready(self, url: str) -> None:
        until = time.monotonic() + READY_WITHIN
        while not self.stopping and not _answers(url):
            if not self.children[0].alive or time.monotonic() > until:
                raise WebDidNotStart
            time.sleep(TICK)

    def _look_after(self) -> None:
        if self.embedded is not None and not self.embedded.alive():
            log.warning("database restarted")
            fresh = Cluster(home()).ensure_running()
            self.embedded.stop()
            self.embedded = fresh
        for child in self.children:
            child.restart_if_crashed()

    def _drain(self) -> None:
        for child in self.children:
            child.stop()
        until = time.monotonic() + self.drain_seconds
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(timeout=max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("child ended by force", child=child.name)
                child.process.kill()
                child.process.wait()


def listen(host: str, port: int) -> socket.socket:
    """The socket that the web server takes over; bound before anything starts, and held while it restarts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(f"Port {port} on {host} is in use: choose another with --port.") from error
        raise PortInUse(f"Nobody can listen on {host}, port {port}: {error.strerror}.") from error


def _answers(url: str) -> bool:
    """Any answer counts, a 503 too: the web server is there."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _end_with_parent(parent: int) -> None:
    """In the child, before it runs: a parent killed without warning takes its children along."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
