"""Where a cluster lies: `FORBEAR_HOME/postgres`, with data, log, passwords and, if it fits, the socket."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forbear.postgres.refusals import NoRoomForSocket, NotOurs
from forbear.postgres.runner import SHARED, Runner

PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
LONGEST_SOCKET_PATH = 106
LARGEST_LOG = 10 * 1024 * 1024


@dataclass(frozen=True)
class Place:
    """The resolved directory of one cluster, and the user that its server runs as."""

    root: Path
    runner: Runner

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def passwords(self) -> Path:
        return self.root / "passwords.json"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    @property
    def kept(self) -> Path:
        """While this file is there, the last one out leaves the server running."""
        return self.root / "kept"

    def open_log(self) -> int:
        """A descriptor that appends to the server's log; a large log is put aside first."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LARGEST_LOG:
                self.log.replace(self.log.with_suffix(".log.1"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.runner.give(self.log)
        return descriptor

    def socket_directory(self) -> Path:
        """A private directory with a short path: in the place if it fits, else under the temporary one."""
        name = f"forbear-{hashlib.sha256(str(self.root).encode()).hexdigest()[:16]}"
        for directory in (self.root / "run", Path(tempfile.gettempdir()) / name, Path("/tmp") / name):  # noqa: S108
            if len(str(directory / SOCKET)) <= LONGEST_SOCKET_PATH:
                return self._private(directory)
        raise NoRoomForSocket

    def _private(self, directory: Path) -> Path:
        with contextlib.suppress(FileExistsError):
            directory.mkdir(mode=0o700)
            self.runner.give(directory)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.runner.effective_uid:
            raise NotOurs(directory)
        directory.chmod(0o700)
        return directory


def place_under(home: Path) -> Place:
    """The cluster's directory under the home, made where it is missing.

    As root the server runs as an unprivileged user. Where that user cannot enter the home, the directory is
    made under `/var/lib/forbear` and `FORBEAR_HOME/postgres` is a link to it, so that removing the home still
    means starting anew.
    """
    link = home / "postgres"
    try:
        if not link.exists():
            _make(home, link)
        root = link.resolve(strict=True)
        runner = Runner.for_directory(root)
        if root.stat().st_uid != runner.effective_uid:
            raise NotOurs(root)
        return Place(root, runner)
    except PermissionError as error:
        raise NotOurs(Path(error.filename or home)) from error


def _make(home: Path, link: Path) -> None:
    runner = Runner.for_directory(link)
    link.unlink(missing_ok=True)
    link.mkdir(mode=0o700)
    runner.give(link)
    if runner.can_enter(link):
        return
    link.rmdir()
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    elsewhere = Path(tempfile.mkdtemp(prefix="cluster-", dir=SHARED))
    runner.give(elsewhere)
    link.symlink_to(elsewhere)


def make_home(home: Path) -> None:
    """The home is private; root's lets others pass through, so that the server's user finds its folder."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            home.chmod(home.stat().st_mode | 0o011)
    except PermissionError as error:
        raise NotOurs(Path(error.filename or home)) from error


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Holds the file's exclusive lock; it falls with the process, however that ends."""
    descriptor = open_lock(file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def open_lock(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise NotOurs(file.parent) from error
