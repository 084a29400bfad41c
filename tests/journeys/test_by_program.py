"""The first story told by a program: a served installation, its worker, and nothing but the HTTP API."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.process
BETTY = "+14158906431"
SAMPLE = Path(__file__).parents[2] / "forbear/sandbox/samples/test_collections_1-30dpd.csv"


class Program:
    """A client with a token."""

    def __init__(self, port: int, token: str) -> None:
        self.base, self.token = f"http://127.0.0.1:{port}", token

    def __call__(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
        return json.loads(text) if "json" in answer.headers["Content-Type"] else text

    def texts(self) -> list[str]:
        return [text["body"] for text in self("GET", f"/v1/sandbox/phones/{BETTY}/messages")["items"]]

    def says(self, body: str) -> None:
        self("POST", f"/v1/sandbox/phones/{BETTY}/reply", {"body": body})
        self("POST", "/v1/sandbox/run")

    def upload(self) -> Any:
        mark = "part-of-the-form"
        fields = {"list_name": "November", "provenance": "given_by_consumer"}
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{SAMPLE.name}"\r\n'
        body = "".join(parts).encode() + head.encode() + b"Content-Type: text/csv\r\n\r\n" + SAMPLE.read_bytes()
        body += f"\r\n--{mark}--\r\n".encode()
        begun = self("POST", "/v1/imports", body, f"multipart/form-data; boundary={mark}")
        return self.until(f"/v1/imports/{begun['id']}", lambda found: found["status"] in {"completed", "failed"})

    def until(self, path: str, good: Any, seconds: float = 30) -> Any:
        end = time.monotonic() + seconds
        while not good(found := self("GET", path)):
            assert time.monotonic() < end, found
            time.sleep(0.2)
        return found


@pytest.fixture
def larkfield(own_database: str, owner_url: str, tmp_path: Path) -> Iterator[Program]:
    """`forbear init`, then `forbear serve`, in a home of their own; SIGTERM ends it."""
    database = {"DATABASE_URL": own_database, "FORBEAR_OWNER_DATABASE_URL": owner_url}
    environment = os.environ | database | {"FORBEAR_HOME": str(tmp_path / "home")}
    forbear = [sys.executable, "-m", "forbear"]
    init = [*forbear, "init", "--organization", "Larkfield", "--admin", "ada@example.com", "--json"]
    made = json.loads(subprocess.run(init, env=environment, capture_output=True, check=True).stdout)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([*forbear, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    program = Program(port, made["token"])
    try:
        _wait(program)
        yield program
    finally:
        server.terminate()
        assert server.wait(timeout=90) == 0


def _wait(program: Program) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            if program("GET", "/health")["checks"]["workers"]["ok"]:
                return
        except (OSError, urllib.error.URLError):
            pass
        assert time.monotonic() < end, "The server did not come up."
        time.sleep(0.2)


def test_a_csv_a_text_a_reply_a_stop_a_report(larkfield: Program) -> None:
    larkfield("POST", "/v1/sandbox/clock", {"at": "2026-11-24T16:42:00Z"})
    done = larkfield.upload()
    assert (done["status"], done["created"], done["rejected"]) == ("completed", 1, 0)
    account = larkfield("GET", "/v1/accounts")["items"][0]
    assert account["balance"] == {"amount": "30.00", "currency": "USD"}
    templates = larkfield("GET", "/v1/templates?bucket=1-30&channel=sms")["items"]
    campaign = larkfield(
        "POST",
        "/v1/campaigns",
        {
            "name": "SMS 1-30DPD",
            "objective": "",
            "kind": "broadcast",
            "template_id": next(t["id"] for t in templates if t["language"] == "en"),
            "list_id": done["list_id"],
            "start_date": "2026-11-24",
            "end_date": "2026-11-30",
        },
    )
    larkfield("POST", f"/v1/campaigns/{campaign['id']}/activate")
    larkfield("POST", "/v1/sandbox/run")
    assert len(larkfield.texts()) == 1
    assert "$30.00" in larkfield.texts()[0]

    larkfield.says("Can I pay on Friday?")
    conversation = larkfield("GET", "/v1/conversations?unread=true")["items"][0]
    assert conversation["last_message"] == "Can I pay on Friday?"
    larkfield("POST", f"/v1/conversations/{conversation['id']}/reply", {"body": "Friday is fine."})
    assert larkfield.texts()[1].startswith("Friday is fine.")

    larkfield.says("STOP")
    assert len(larkfield.texts()) == 3
    assert larkfield("GET", "/v1/opt-outs")["items"][0]["address"] == BETTY
    verdict = larkfield("POST", "/v1/policy/decide", {"account_id": account["id"], "channel": "sms"})
    assert verdict["outcome"] == "block"

    rows = list(csv.DictReader(io.StringIO(larkfield("GET", f"/v1/campaigns/{campaign['id']}/results.csv"))))
    told = [(row["first_name"], row["status"], bool(row["replied_at"])) for row in rows]
    assert told == [("Betty", "delivered", True)]
