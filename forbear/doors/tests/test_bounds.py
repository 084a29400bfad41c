"""Bounds of every door: how large a body may be, how long one stays signed in, and what a log line never says."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from forbear.core import clock
from forbear.middleware import BodiesWithinBounds
from forbear.staff.models import Person
from forbear.telling import JsonLines, trace_of

MORNING = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
FORM = "application/x-www-form-urlencoded"


def announced(client: Client, path: str, length: int) -> int:
    return client.generic("POST", path, b"a=b", FORM, CONTENT_LENGTH=str(length)).status_code


@pytest.mark.parametrize("path", ["/login", "/contact-lists/add", "/health", "/"])
def test_a_stranger_sends_no_large_body_anywhere(db: None, path: str) -> None:
    assert announced(Client(), path, BodiesWithinBounds.OTHERS + 1) == 413


def test_whoever_has_signed_in_sends_a_file_where_files_go(dana: Person, settings) -> None:
    client = Client()
    client.force_login(dana)
    settings.UPLOAD_LIMIT_BYTES = 10 * BodiesWithinBounds.OTHERS
    assert announced(client, "/contact-lists/add", BodiesWithinBounds.OTHERS + 1) != 413
    assert announced(client, "/contact-lists/add", 11 * BodiesWithinBounds.OTHERS) == 413
    assert announced(client, "/settings/profile/password", BodiesWithinBounds.OTHERS + 1) == 413


@pytest.fixture
def machine(monkeypatch):
    """The machine's own time, which a test may move on."""
    now = [MORNING]
    monkeypatch.setattr(clock, "unmoved", lambda: now[0])

    def pass_(**time):
        now[0] += timedelta(**time)

    return pass_


@pytest.fixture
def signed_in(dana: Person, machine) -> Client:
    client = Client()
    assert client.post("/login", {"email": dana.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/settings/profile").status_code == 200


def test_a_sitting_ends_after_an_hour_of_silence(signed_in: Client, machine) -> None:
    machine(minutes=59)
    assert is_in(signed_in)
    machine(minutes=61)
    assert not is_in(signed_in)
    machine(minutes=-61)
    assert not is_in(signed_in)


def test_a_sitting_ends_after_twelve_hours_whatever_is_done(signed_in: Client, machine) -> None:
    for _ in range(14):
        machine(minutes=50)
        assert is_in(signed_in)
    machine(minutes=21)
    assert not is_in(signed_in)


def failing(sentence: str) -> BaseException:
    try:
        raise ValueError(sentence)
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "sentence",
    [
        "invalid input syntax for type date: 'Betty Ruble'",
        'duplicate key "Betty Ruble"',
        "could not reach betty.ruble@example.com",
        "no such number: +1 (415) 555-0106",
        "Key (number)=(4158906431) already exists.",
    ],
)
def test_a_trace_names_nobody(sentence: str) -> None:
    told = trace_of(failing(sentence))
    assert "ValueError" in told
    assert "test_bounds.py" in told
    for word in ("Betty", "ruble", "415", "4158906431"):
        assert word not in told


def test_a_line_of_the_framework_has_its_route_and_no_trace_of_a_secret() -> None:
    error = failing("password is 'correct horse battery staple'")
    record = logging.LogRecord(
        "django.request", logging.ERROR, __file__, 1, "Internal Server Error: %s", ("/invitation/s3cret-token",), None
    )
    record.exc_info = (type(error), error, error.__traceback__)
    record.request = type("Asked", (), {"path": "/invitation/s3cret-token", "resolver_match": None})()
    line = JsonLines().format(record)
    assert json.loads(line)["logger"] == "django.request"
    assert "s3cret" not in line
    assert "horse" not in line
