"""The command line as somebody at a terminal meets it: real processes, a home of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

pytestmark = pytest.mark.process
CHECKOUT = Path(__file__).parents[3]
NOT_OURS = {"DATABASE_URL", "FORBEAR_OWNER_DATABASE_URL", "FORBEAR_PUBLIC_URL", "FORBEAR_LOG_LEVEL"}


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fbc-") as directory:
        Path(directory).chmod(0o755)
        home = Path(directory) / "home"
        yield home
        for process in processes_of(home):
            process.kill()


def environment(home: Path, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return {**ours, "FORBEAR_HOME": str(home), **more}


def forbear(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "forbear", *words],
        cwd=CHECKOUT,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=120,
    )


def processes_of(home: Path) -> list[psutil.Process]:
    """Everything that was started for this home, the database's processes included."""
    return list(command_lines(home))


def named(home: Path, words: str) -> list[psutil.Process]:
    return [process for process, line in command_lines(home).items() if words in line]


def command_lines(home: Path) -> dict[psutil.Process, str]:
    found = {}
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            told = (process.cwd(), line, process.environ().get("FORBEAR_HOME", ""))
        except psutil.Error:
            continue
        if process.pid != os.getpid() and any(str(home) in words for words in told):
            found[process] = line
    return found


def one_sentence(told: str) -> bool:
    return told.startswith("forbear: ") and told.endswith(".\n") and told.count("\n") == 1


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def answer(url: str, token: str = "") -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


@contextmanager
def serve(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "forbear", "serve", "--port", str(port)]
    out = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    serving = subprocess.Popen(command, cwd=CHECKOUT, env=environment(home), **out)
    try:
        yield serving
    finally:
        serving.kill()
        serving.communicate()


@pytest.fixture(scope="module")
def founded(home: Path) -> dict[str, str]:
    told = forbear(home, "init", "--organization", "Larkfield", "--admin", "ada@example.com", "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_init_answers_with_the_organization_its_administrator_and_a_token(home, founded):
    assert set(founded) == {"organization", "admin", "password", "token"}
    assert founded["organization"] == "Larkfield"
    assert founded["admin"] == "ada@example.com"
    assert processes_of(home) == []


def test_a_refusal_is_one_sentence_and_status_1(home, founded):
    again = forbear(home, "init", "--organization", "Larkfield", "--admin", "ada@example.com")
    assert again.returncode == 1
    assert one_sentence(again.stderr), again.stderr
    assert again.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("fly",),
        ("init",),
        ("init", "--organization", "A", "--admin", "a@example.com", "--actor", "bank"),
        ("serve", "--port", "http"),
        ("import", "no-such-file.csv", "--list", "A", "--provenance", "unknown"),
        ("policy", "check"),
    ],
)
def test_bad_usage_is_one_sentence_and_status_2(home, words):
    told = forbear(home, *words)
    assert told.returncode == 2
    assert one_sentence(told.stderr), told.stderr


def test_a_scope_that_does_not_exist_is_named(home, founded):
    told = forbear(home, "token", "create", "--scopes", "accounts:read,everything")
    assert told.returncode == 2
    assert "everything is no scope" in told.stderr


def test_a_database_out_of_reach_is_one_sentence(home):
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    told = forbear(home, "migrate", DATABASE_URL=nowhere)
    assert told.returncode == 1
    assert one_sentence(told.stderr), told.stderr
    assert "cannot be reached" in told.stderr


def test_the_database_url_can_be_used_after_the_command_and_until_the_next_stop(home, founded):
    app, owner = (forbear(home, "database-url", *words).stdout.strip() for words in ((), ("--owner",)))
    with psycopg.connect(app) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("forbear_app",)
    with psycopg.connect(owner) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("forbear_owner",)

    used = forbear(home, "token", "create", "--scopes", "accounts:read", DATABASE_URL=app)
    assert used.returncode == 0, used.stderr
    (server,) = named(home, "postgres -D")
    server.send_signal(signal.SIGINT)
    wait_until(lambda: processes_of(home) == [])


def test_vector_files_are_answered_line_by_line(home, tmp_path):
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps({"suite": "unheard_of", "vectors": [{"id": "A-1", "expect": {"allowed": True}}]}))
    told = forbear(home, "policy", "check", str(file))
    assert told.returncode == 1
    case = json.loads(told.stdout)
    assert (case["id"], case["ok"], case["expect"]) == ("A-1", False, {"allowed": True})


def test_serving_survives_what_is_killed_and_leaves_nothing_behind(home, founded):
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    with serve(home, port) as serving:
        assert serving.stdout.readline() == f"Forbear listens on {here}\n"
        status, body = answer(f"{here}/health")
        assert status == 200
        assert json.loads(body)["ok"] is True
        assert answer(f"{here}/v1/templates")[0] == 401
        assert answer(f"{here}/v1/templates", founded["token"])[0] == 200

        twice = forbear(home, "serve", "--port", str(port))
        assert twice.returncode == 1
        assert one_sentence(twice.stderr), twice.stderr

        (worker,) = named(home, "forbear worker")
        worker.kill()
        wait_until(lambda: [process for process in named(home, "forbear worker") if process != worker])

        server = next(process for process in named(home, "postgres -D") if process.ppid() == serving.pid)
        server.kill()
        wait_until(lambda: answer(f"{here}/health")[0] == 200)

        serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=60) == 0
    wait_until(lambda: processes_of(home) == [], seconds=5)
    assert answer(f"{here}/health")[0] == 0


def test_a_killed_parent_takes_web_server_and_worker_along_and_the_next_command_adopts_the_database(home, founded):
    with serve(home, free_port()) as serving:
        serving.stdout.readline()
        serving.kill()
    wait_until(lambda: not named(home, "gunicorn") and not named(home, "forbear worker"))
    assert named(home, "postgres -D")

    assert forbear(home, "migrate").returncode == 0
    assert processes_of(home) == []
