"""The sandbox's door for programs."""

import pytest

from forbear.channels.models import ProviderAccount
from forbear.core import clock
from forbear.dispatch import actions as dispatch
from forbear.sandbox.actions import set_clock
from tests.cast import TUESDAY
from tests.door import api, program_of
from tests.letters_and_calls import CALL, LETTER, has_mailbox, opened, planned, wording, worked

__all__ = ["api"]

BETTY = "/v1/sandbox/phones/+14155550106"


@pytest.fixture
def texted(betty):
    """Betty has had a text; it is Tuesday."""
    set_clock(to=TUESDAY, actor="system", at=clock.now())
    dispatch.send_by_hand(
        organization=betty.organization, account=betty, channel="sms", body="Larkfield Recovery: hello, Betty. "
        "We are a debt collector. Reply STOP to end texts.", actor="system", at=clock.now(),
    )  # fmt: skip
    return betty


def test_a_phone_shows_what_it_received(api, texted):
    answer = api.get(f"{BETTY}/messages")
    assert answer.status_code == 200
    (message,) = answer.json()["items"]
    assert set(message) == {"id", "from", "body", "at"}
    assert message["from"] == "+13125550100"
    assert message["body"].startswith("Larkfield Recovery: hello")
    assert message["at"].endswith("Z")


def test_a_known_phone_without_texts_is_an_empty_list(api, betty):
    assert api.get(f"{BETTY}/messages").json() == {"items": [], "next_cursor": None}


def test_a_reply_is_written_and_run_lets_the_house_read_it(api, texted):
    answer = api.post(f"{BETTY}/reply", {"body": "STOP"})
    assert answer.status_code == 201
    assert (answer.json()["from"], answer.json()["body"]) == ("+14155550106", "STOP")
    counts = api.post("/v1/sandbox/run").json()
    assert counts["read"] >= 1
    assert counts["sent"] == 1
    texts = [item["body"] for item in api.get(f"{BETTY}/messages").json()["items"]]
    assert len(texts) == 2
    assert api.post("/v1/sandbox/run").json()["sent"] == 0


def test_texts_come_oldest_first_in_pages(api, texted):
    api.post(f"{BETTY}/reply", {"body": "STOP"})
    api.post("/v1/sandbox/run")
    first = api.get(f"{BETTY}/messages", limit=1).json()
    second = api.get(f"{BETTY}/messages", limit=1, cursor=first["next_cursor"]).json()
    assert first["items"][0]["at"] <= second["items"][0]["at"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("path", ["phones/+14155550106/messages", "mailboxes/betty@example.com/messages"])
def test_a_stranger_cannot_tell_another_s_phone_from_none(stranger_org, texted, path):
    sid = program_of(stranger_org)
    known = sid.get(f"/v1/sandbox/{path}")
    unknown = sid.get("/v1/sandbox/phones/+12125550143/messages")
    assert known.status_code == unknown.status_code == 404
    assert known.json() == unknown.json()
    assert sid.post(f"{BETTY}/reply", {"body": "hello"}).status_code == 404


@pytest.mark.parametrize("phone", ["nobody", "+1", "%00", "+999999999999999999", "5"])
def test_what_is_no_number_is_not_found(api, phone):
    assert api.get(f"/v1/sandbox/phones/{phone}/messages").status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"body": ""}, {"body": "  "}, {"body": 1}, {"body": "x" * 1601}, {"body": "x", "to": "y"}]
)
def test_a_reply_needs_words(api, texted, body):
    assert api.post(f"{BETTY}/reply", body).status_code == 422


def test_a_mailbox_without_mail_cannot_be_answered(api, betty):
    betty.consumer.points.create(
        organization=betty.organization, kind="email", address="betty@example.com", observed_at=TUESDAY
    )
    assert api.get("/v1/sandbox/mailboxes/Betty@Example.com/messages").json()["items"] == []
    answer = api.post("/v1/sandbox/mailboxes/betty@example.com/reply", {"body": "hello"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "nothing_to_answer"


def test_the_clock_is_read_set_and_moved_on(api):
    assert api.get("/v1/sandbox/clock").json()["moved"] is False
    answer = api.post("/v1/sandbox/clock", {"at": "2026-11-23T15:00:00Z"})
    assert answer.status_code == 200
    assert answer.json()["at"].startswith("2026-11-23T15:00:")
    assert api.post("/v1/sandbox/clock", {"advance": "1d"}).json()["at"].startswith("2026-11-24T15:00:")
    assert api.get("/v1/sandbox/clock").json()["moved"] is True


@pytest.mark.parametrize(
    "body",
    [{}, {"at": "2026-11-23T15:00:00Z", "advance": "1d"}, {"at": "2026-11-23"}, {"at": "2026-11-23T15:00:00"},
     {"at": 1}, {"advance": "soon"}, {"advance": 1}, {"advance": "1d", "by": "1d"}, {"at": "1901-01-01T00:00:00Z"}],
)  # fmt: skip
def test_a_time_that_cannot_be_is_refused(api, body):
    assert api.post("/v1/sandbox/clock", body).status_code == 422


def test_all_of_it_is_gone_once_a_real_gateway_is_in_use(api, texted):
    ProviderAccount.objects.create(organization=texted.organization, kind="twilio", name="Real", created_at=TUESDAY)
    for answer in (
        api.get(f"{BETTY}/messages"),
        api.post(f"{BETTY}/reply", {"body": "STOP"}),
        api.get("/v1/sandbox/mailboxes/betty@example.com/messages"),
        api.post("/v1/sandbox/mailboxes/betty@example.com/reply", {"body": "STOP"}),
        api.get("/v1/sandbox/clock"),
        api.post("/v1/sandbox/clock", {"advance": "1d"}),
        api.post("/v1/sandbox/run"),
    ):
        assert answer.status_code == 404


def test_it_asks_for_its_scope(larkfield):
    assert program_of(larkfield, ["accounts:read"]).get("/v1/sandbox/clock").status_code == 403


def test_a_letter_and_a_call_are_read_answered_and_set_by_program(api, larkfield, betty):
    opened(larkfield)
    has_mailbox(betty, "betty@example.com")
    letter = wording(larkfield, "email", LETTER, subject="About your order")
    spoken = wording(larkfield, "voice", CALL)
    for path in ("phones/+14155550106/answer-calls", "mailboxes/betty@example.com/take-letters"):
        assert api.post(f"/v1/sandbox/{path}", {"result": "maybe", "as": "maybe"}).status_code == 422
    given = {"result": "right_party", "keys": "2"}
    assert api.post("/v1/sandbox/phones/+14155550106/answer-calls", given).json() == given
    planned(betty, "email", template_version=letter.current)
    planned(betty, "voice", template_version=spoken.current)
    worked()
    (received,) = api.get("/v1/sandbox/mailboxes/betty@example.com/messages").json()["items"]
    assert set(received) == {"id", "from", "subject", "body", "at", "unsubscribe_url"}
    assert received["subject"] == "About your order"
    assert received["unsubscribe_url"] in received["body"]
    assert api.post("/v1/sandbox/mailboxes/betty@example.com/reply", {"body": "When?"}).status_code == 201
    (call,) = api.get("/v1/sandbox/phones/+14155550106/calls").json()["items"]
    assert (call["result"], call["keys"]) == ("right_party", "2")
    (told,) = api.get("/v1/messages?channel=voice").json()["items"]
    assert told["call"]["disposition"] == "promise_to_pay"
    assert api.get("/v1/sandbox/phones/+14155550106/messages").json()["items"] == []
