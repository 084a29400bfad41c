"""Requests that overlap in time, each with its own connection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from forbear.consent.models import OptOut
from tests.cast import found
from tests.door import Program, program_of

OPT_OUT = {"address": "+14155550106", "channel": "sms"}


def at_once(program: Program, times: int, **headers: str) -> list[Any]:
    """The same POST from so many threads, started together."""
    start = Barrier(times)

    def ask() -> Any:
        try:
            start.wait()
            return Program(program.token).post("/v1/opt-outs", OPT_OUT, **headers)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        asked = [threads.submit(ask) for _ in range(times)]
        return [one.result() for one in asked]


def test_the_same_key_at_the_same_moment_happens_once(own_database: str) -> None:
    answers = at_once(program_of(found("Larkfield")), 6, Idempotency_Key="once")
    made = [answer for answer in answers if answer.status_code == 201]
    assert made
    assert len({answer.content for answer in made}) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum("Idempotent-Replayed" not in answer for answer in made) == 1
    assert OptOut.objects.count() == 1


def test_the_same_wish_at_the_same_moment_is_recorded_once(own_database: str) -> None:
    answers = at_once(program_of(found("Larkfield")), 6)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert OptOut.objects.count() == 1
