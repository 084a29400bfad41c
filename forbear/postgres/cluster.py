"""One embedded cluster: its data directory, its roles, and how everybody gets to one running server."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from forbear.postgres.binaries import Binaries, find_binaries
from forbear.postgres.place import Place, locked, make_home, open_lock, place_under
from forbear.postgres.postmaster import find_postmaster, forget_reused_pid, wait_for_orphans
from forbear.postgres.refusals import NotCreated, OtherMajorVersion, PasswordsMissing, line_that_tells_why
from forbear.postgres.roles import Passwords, provision
from forbear.postgres.server import Running, await_ready, start

DEFAULTS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # Several connections write at once; what fits in here, the server's own writer brings to the disk meanwhile.
    "wal_buffers": "32MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # A statement that fails would stand in the log with the names, numbers and texts in it.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Cluster:
    """The embedded database under `home` (FORBEAR_HOME); `settings` override PostgreSQL's own by name."""

    home: Path
    settings: Mapping[str, str] | None = None

    def ensure_running(self) -> Running:
        """Adopts the server that runs here or starts one; safe from many processes at once.

        Raises a PostgresRefusal in one sentence.
        """
        home = self.home.absolute()
        make_home(home)
        with locked(home / "postgres.lock"):
            place = place_under(home)
            passwords = _passwords(place)
            with contextlib.ExitStack() as undo:
                holder = open_lock(home / "postgres.users.lock")
                undo.callback(os.close, holder)
                fcntl.flock(holder, fcntl.LOCK_SH)
                running = self._adopt(place, passwords, holder) or self._start(place, passwords, holder)
                undo.pop_all()
                return running

    def _adopt(self, place: Place, passwords: Passwords, holder: int) -> Running | None:
        wait_for_orphans(place.data)
        postmaster = find_postmaster(place.data)
        if postmaster is None:
            return None
        superuser = passwords.url("postgres", "postgres", Path(postmaster.socket_directory))
        if not await_ready(superuser, lambda: postmaster.alive_in(place.data), place):
            wait_for_orphans(place.data)
            return None
        provision(superuser, passwords)
        return Running(self.home.absolute(), place, passwords, postmaster, holder)

    def _start(self, place: Place, passwords: Passwords, holder: int) -> Running:
        binaries = find_binaries().within_reach_of(place.runner)
        settings = {**DEFAULTS, **(self.settings or {})}
        if not (place.data / "PG_VERSION").exists():
            _initialize(place, passwords, binaries, sync=settings.get("fsync", "on") != "off")
        _refuse_other_major(place, binaries)
        sockets = place.socket_directory()
        forget_reused_pid(place.data, sockets)
        place.kept.unlink(missing_ok=True)
        process, postmaster = start(place, binaries, sockets, settings, passwords)
        provision(passwords.url("postgres", "postgres", sockets), passwords)
        return Running(self.home.absolute(), place, passwords, postmaster, holder, process)


def _passwords(place: Place) -> Passwords:
    """The generated passwords, in a file that only its owner reads; made before the data directory is."""
    if place.passwords.exists():
        return Passwords(**json.loads(place.passwords.read_text()))
    if place.data.exists():
        raise PasswordsMissing(place.passwords)
    passwords = Passwords(*(secrets.token_urlsafe(24) for _ in range(3)))
    fresh = place.root / "passwords.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as file:
        json.dump(passwords.as_words(), file)
        os.fsync(file.fileno())
    place.runner.give(fresh)
    fresh.replace(place.passwords)
    return passwords


def _locale(binaries: Binaries) -> tuple[str, ...]:
    """C.UTF-8; from PostgreSQL 17 on its own, which compares bytes where the system's library takes its time."""
    common = ("--locale=C.UTF-8", "--encoding=UTF8")
    if int(binaries.version().split(".")[0]) < 17:
        return common
    return (*common, "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


def _initialize(place: Place, passwords: Passwords, binaries: Binaries, *, sync: bool) -> None:
    """Makes the data directory under another name first, so that a half-made one is never taken for whole."""
    fresh = place.root / "data.new"
    secret = place.root / "superuser"
    shutil.rmtree(fresh, ignore_errors=True)
    secret.touch(mode=0o600)
    place.runner.give(secret)
    secret.write_text(passwords.superuser)
    try:
        made = subprocess.run(
            [
                *(str(binaries.directory / "initdb"), "-D", str(fresh), "--username=postgres"),
                *("--auth=scram-sha-256", f"--pwfile={secret}", *_locale(binaries)),
                *(() if sync else ("--no-sync",)),
            ],
            capture_output=True,
            text=True,
            cwd="/",
            env=binaries.environment(),
            umask=0o077,
            **place.runner.dropped(),
        )
    finally:
        secret.unlink()
    if made.returncode:
        raise NotCreated(directory=place.data, last_line=line_that_tells_why(made.stdout + made.stderr))
    fresh.rename(place.data)


def _refuse_other_major(place: Place, binaries: Binaries) -> None:
    written_by = (place.data / "PG_VERSION").read_text().strip()
    version = binaries.version()
    if version.split(".")[0] != written_by:
        raise OtherMajorVersion(directory=place.data, written_by=written_by, binaries=version)
