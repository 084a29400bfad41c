"""The log as a page, over the API and as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forbear.accounts.models import Account
from forbear.compliance.actions import Draft, record
from forbear.compliance.models import Entry
from forbear.staff.models import Organization, Person
from tests.cast import TUESDAY, employ
from tests.door import Program, program_of

LOG = "/v1/compliance/entries"


@pytest.fixture
def happened(larkfield: Organization, dana: Person, betty: Account) -> Callable[[int], None]:
    """Writes that Betty was written to and held, so many times, a minute apart."""

    def write(times: int) -> None:
        for turn in range(times):
            about = {"account_id": betty.pk, "channels": ("sms",)}
            drafts = [
                Draft(larkfield.pk, "dispatch:message:sent", message_id=turn + 1, **about),
                Draft(larkfield.pk, "dispatch:item:deferred", facts={"reason": "outside_hours"}, **about),
                Draft(larkfield.pk, "staff:engine:paused", dana.actor),
            ]
            with transaction.atomic():
                record(drafts, at=TUESDAY + timedelta(minutes=turn))

    return write


def test_an_entry_has_the_shape_that_others_rely_on(
    api: Program, happened: Callable[[int], None], betty: Account
) -> None:
    happened(1)
    item = api.get(LOG, event="dispatch:item:deferred").json()["items"][0]
    assert set(item) == {"id", "sequence", "event", "user", "subjects", "channels", "at", "facts", "personal"}
    assert item["subjects"] == {"account_id": betty.public_id}
    assert item["facts"] == {"reason": "outside_hours"}
    assert item["at"] == "2026-11-24T16:42:00Z"
    assert item["channels"] == ["sms"]


def test_filters_narrow_the_log(api: Program, happened: Callable[[int], None], dana: Person, betty: Account) -> None:
    happened(2)

    def found(**filters: str) -> int:
        return len(api.get(LOG, **filters).json()["items"])

    assert found(user=dana.public_id) == 2
    assert api.get(LOG, user=dana.public_id).json()["items"][0]["user"] == "Dana Kern"
    assert found(account=betty.public_id) == 4
    assert found(account="acc_nobody") == 0
    assert found(start_date="2026-11-24", end_date="2026-11-24", user=dana.public_id) == 2
    assert found(end_date="2026-11-23", user=dana.public_id) == 0
    assert api.get(LOG, start_date="yesterday").status_code == 422


def test_the_list_is_walked_by_its_cursor_while_entries_arrive(api: Program, happened: Callable[[int], None]) -> None:
    happened(3)
    first = api.get(LOG, limit="4").json()
    happened(1)
    rest = api.get(LOG, limit="500", cursor=first["next_cursor"]).json()
    sequences = [item["sequence"] for item in first["items"] + rest["items"]]
    assert sequences == sorted(set(sequences), reverse=True)
    assert len(first["items"]) == 4
    assert rest["next_cursor"] is None


def test_the_log_leaves_as_csv_and_as_jsonl(api: Program, happened: Callable[[int], None]) -> None:
    happened(2)
    text = b"".join(api.get(f"{LOG}.csv", event="dispatch:message:sent").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["event"] for row in rows] == ["dispatch:message:sent"] * 2
    assert rows[0]["message"].startswith("msg_")
    lines = b"".join(api.get(f"{LOG}.jsonl").streaming_content).decode().splitlines()
    assert len(lines) == Entry.objects.count()
    assert {"id", "sequence", "event", "user", "subjects", "channels", "at", "facts", "personal"} == set(
        json.loads(lines[0])
    )


def test_another_organization_sees_nothing_of_it(happened: Callable[[int], None], stranger_org: Organization) -> None:
    happened(1)
    theirs = program_of(stranger_org).get(LOG).json()["items"]
    assert all(item["event"] != "dispatch:message:sent" for item in theirs)


def test_the_page_says_each_entry_in_one_sentence(browser: Client, happened: Callable[[int], None]) -> None:
    happened(1)
    page = browser.get("/compliance").content.decode()
    assert "A message by SMS to Betty Ruble was handed over." in page
    assert "Dana Kern paused the engine." in page
    held = browser.get("/compliance?group=held").content.decode()
    assert "It is too early" in held or "it is too early" in held
    assert "was handed over" not in held


def test_the_page_asks_the_same_few_questions_however_long_it_is(
    browser: Client, happened: Callable[[int], None]
) -> None:
    happened(1)
    browser.get("/compliance")
    counts = []
    for more in (1, 15):
        happened(more)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get("/compliance")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 22


def test_the_filter_is_what_is_downloaded(browser: Client, happened: Callable[[int], None]) -> None:
    happened(1)
    answer = browser.get("/compliance/entries.csv?group=sent")
    text = b"".join(answer.streaming_content).decode()
    assert "dispatch:message:sent" in text
    assert "staff:engine:paused" not in text
    assert browser.get("/compliance/entries.exe").status_code == 404


@pytest.mark.parametrize("odd", ["start_date=0001-01-01", "end_date=9999-12-31", "event=x", "about=%00", "user=a"])
def test_a_filter_that_cannot_be_used_filters_nothing(browser: Client, odd: str) -> None:
    assert browser.get(f"/compliance?{odd}").status_code == 200


def test_an_operator_does_not_read_the_log(larkfield: Organization) -> None:
    from forbear.staff.states import Role

    client = Client()
    client.force_login(employ(larkfield, "Olu Work", Role.OPERATOR))
    assert client.get("/compliance").status_code == 403
