"""The story as a program reads it."""

from datetime import datetime, timedelta

import pytest

from forbear.core import clock
from tests.cast import TUESDAY
from tests.door import program_of
from tests.engine_room import broadcast, launch, says

pytest_plugins = ["tests.door"]


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


def test_the_timeline_tells_both_sides_newest_first_in_pages(api, larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    says(betty, "STOP", TUESDAY + timedelta(minutes=4))
    path = f"/v1/accounts/{betty.public_id}/timeline"
    items, cursor = [], ""
    while cursor is not None:
        page = api.get(path, limit=2, cursor=cursor).json()
        items += page["items"]
        cursor = page["next_cursor"]
    assert items == api.get(path).json()["items"]
    moments = [datetime.fromisoformat(item["at"]) for item in items]
    assert moments == sorted(moments, reverse=True)
    said = [item["body"] for item in items if item["direction"] == "in"]
    assert said == ["STOP"]
    assert {"message", "opt_out"} <= {item["kind"] for item in items}
    assert api.get(path, cursor="nonsense").status_code == 422


def test_without_the_inbox_the_timeline_keeps_the_words_of_messages_to_itself(larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    says(betty, "I lost my job, please call later", TUESDAY + timedelta(minutes=4))
    path = f"/v1/accounts/{betty.public_id}/timeline"
    narrow = program_of(larkfield, ["accounts:read"]).get(path)
    assert "lost my job" not in narrow.content.decode()
    messages = [item for item in narrow.json()["items"] if item["kind"] == "message"]
    assert {item["direction"] for item in messages} == {"in", "out"}
    assert {(item["body"], item["subject"]) for item in messages} == {(None, None)}
    wide = program_of(larkfield, ["accounts:read", "inbox:read"]).get(path)
    assert "lost my job" in wide.content.decode()


def test_a_stranger_finds_nothing(stranger_org, betty):
    other = program_of(stranger_org)
    assert other.get(f"/v1/accounts/{betty.public_id}/timeline").status_code == 404
