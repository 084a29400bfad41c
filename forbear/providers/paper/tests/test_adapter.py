"""The paper adapter as a table of cases: what goes out, what comes back, whom it believes."""

import contextlib
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.providers.base import (
    HARD_BOUNCE,
    SOFT_BOUNCE,
    Accepted,
    CallEnded,
    CallPlan,
    Complained,
    Credentials,
    Inbound,
    Outgoing,
    Receipt,
    Rejected,
    Uncertain,
    Unreadable,
)
from forbear.providers.paper.adapter import PaperAdapter

AT = datetime(2026, 11, 24, 16, 42, tzinfo=UTC)
CREDENTIALS = Credentials(7, {"signing_key": "between us"})
BODY = b'{"id": "pw-1", "events": []}'


def text(reference="qit-1", body="Hello"):
    return Outgoing(reference, "sms", "+13125550100", "+14155550106", body, AT)


def answering(answer):
    """An adapter whose gateway always gives this answer; `.asked` keeps the requests."""
    asked = []

    def wire(account_id, body):
        asked.append((account_id, json.loads(body)))
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    adapter = PaperAdapter(wire)
    adapter.asked = asked
    return adapter


def test_a_batch_goes_out_as_the_gateway_wants_it():
    adapter = answering({"messages": []})
    adapter.submit(CREDENTIALS, [text()])
    account, request = adapter.asked[0]
    assert account == 7
    assert request == {
        "messages": [
            {
                "reference": "qit-1",
                "channel": "sms",
                "from": "+13125550100",
                "to": "+14155550106",
                "text": "Hello",
                "valid_until": "2026-11-24T16:42:00+00:00",
            }
        ]
    }


def test_a_letter_carries_its_subject_and_the_headers_that_close_it_with_one_click():
    adapter = answering({"messages": []})
    url = "https://forbear.example.com/unsubscribe/k7"
    letter = Outgoing("qit-2", "email", "office@example.com", "betty@example.com", "Hello", None, "Account", url)
    adapter.submit(CREDENTIALS, [letter])
    (wired,) = adapter.asked[0][1]["messages"]
    assert wired["subject"] == "Account"
    assert wired["headers"] == {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_a_call_carries_what_is_spoken_to_whom_and_hangs_up_on_a_machine():
    adapter = answering({"messages": []})
    plan = CallPlan("es", "Hola", "Su cuenta", "1, 2, 3 o 9")
    adapter.submit(CREDENTIALS, [Outgoing("qit-3", "voice", "+13125550100", "+14155550106", "Hola", call=plan)])
    (wired,) = adapter.asked[0][1]["messages"]
    assert wired["call"] == {
        "language": "es",
        "opening": "Hola",
        "message": "Su cuenta",
        "menu": "1, 2, 3 o 9",
        "voicemail": "",
    }


NOON = "2026-11-24T16:42:00+00:00"
EVENTS = [
    ({"type": "receipt", "id": "pt-1", "status": "failed", "code": "mailbox_unknown", "at": NOON},
     Receipt("pt-1", "undelivered", AT, HARD_BOUNCE)),
    ({"type": "receipt", "id": "pt-1", "status": "failed", "code": "mailbox_full", "at": NOON},
     Receipt("pt-1", "undelivered", AT, SOFT_BOUNCE)),
    ({"type": "complaint", "id": "pt-1", "at": NOON}, Complained(AT, "pt-1")),
    ({"type": "complaint", "address": "betty@example.com", "at": NOON}, Complained(AT, "", "betty@example.com")),
    ({"type": "call", "id": "pt-2", "result": "machine", "seconds": 4, "at": NOON},
     CallEnded("pt-2", "voicemail", AT, duration_seconds=4)),
    ({"type": "call", "id": "pt-2", "reference": "qit-3", "result": "answered", "answered_at": NOON, "keys": "2",
      "transcript": "Hello", "at": NOON},
     CallEnded("pt-2", "right_party", AT, "none", AT, 0, "2", "Hello", "qit-3")),
    ({"type": "text", "id": "pi-1", "from": "betty@example.com", "to": "office@example.com", "text": "Hi",
      "channel": "email", "subject": "Re: Account", "at": NOON},
     Inbound("pi-1", "betty@example.com", "office@example.com", "Hi", AT, "email", subject="Re: Account")),
]  # fmt: skip


@pytest.mark.parametrize(("event", "meant"), EVENTS)
def test_letters_and_calls_are_told_of_in_our_own_words(event, meant):
    assert answering({}).read(json.dumps({"events": [event]})) == [meant]


@pytest.mark.parametrize(
    "event",
    [{"type": "complaint", "at": NOON}, {"type": "call", "id": "pt-2", "result": "perhaps", "at": NOON},
     {"type": "call", "result": "busy", "at": NOON}, {"type": "call", "id": "pt-2", "result": "busy"},
     {"type": "call", "id": "pt-2", "result": "busy", "at": NOON, "answered_at": "noon"}, {"type": []}],
)  # fmt: skip
def test_a_letter_or_call_that_nobody_can_place_is_unreadable(event):
    with pytest.raises(Unreadable):
        answering({}).read(json.dumps({"events": [event]}))


ANSWERS = [
    ({"reference": "qit-1", "status": "accepted", "id": "pt-9"}, Accepted("pt-9")),
    ({"reference": "qit-1", "status": "rejected", "code": "landline", "text": "No."}, Rejected("landline", "No.")),
    ({"reference": "qit-1", "status": "rejected", "code": "21610"}, Rejected("21610", "", opted_out=True)),
    ({"reference": "qit-1", "status": "rejected", "code": "blocked_by_consumer", "text": "Stopped."},
     Rejected("blocked_by_consumer", "Stopped.", opted_out=True)),
]  # fmt: skip


@pytest.mark.parametrize(("row", "meant"), ANSWERS)
def test_an_answer_is_translated(row, meant):
    assert answering({"messages": [row]}).submit(CREDENTIALS, [text()]) == [meant]


@pytest.mark.parametrize(
    "answer",
    [
        {"messages": []},
        {"messages": [{"reference": "another", "status": "accepted", "id": "pt-1"}]},
        {"messages": [{"reference": "qit-1", "status": "perhaps"}]},
        {"messages": [{"reference": "qit-1", "status": "accepted"}]},
        {"messages": "none"},
        b"<html>502 Bad Gateway</html>",
        b"[]",
        TimeoutError("too late"),
        ConnectionResetError(),
    ],
)
def test_whatever_is_not_an_answer_is_uncertain(answer):
    assert [type(it) for it in answering(answer).submit(CREDENTIALS, [text()])] == [Uncertain]


def test_a_batch_refused_as_a_whole_was_not_taken():
    submitted = answering({"error": "Too many."}).submit(CREDENTIALS, [text("qit-1"), text("qit-2")])
    assert submitted == [Rejected("refused_batch", "Too many.")] * 2


def test_answers_are_given_in_the_order_of_the_messages():
    rows = [{"reference": f"qit-{n}", "status": "accepted", "id": f"pt-{n}"} for n in (3, 1, 2)]
    submitted = answering({"messages": rows}).submit(CREDENTIALS, [text(f"qit-{n}") for n in (1, 2, 3)])
    assert submitted == [Accepted("pt-1"), Accepted("pt-2"), Accepted("pt-3")]


def test_asking_again_leaves_out_what_the_gateway_cannot_tell():
    rows = [
        {"reference": "qit-1", "status": "accepted", "id": "pt-1"},
        {"reference": "x", "status": "accepted", "id": "y"},
    ]
    assert answering({"messages": rows}).ask(CREDENTIALS, ["qit-1", "qit-2"]) == {"qit-1": Accepted("pt-1")}
    assert answering(TimeoutError()).ask(CREDENTIALS, ["qit-1"]) == {}


def signed(body=BODY, key="between us"):
    return {"x-paper-signature": "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}


@pytest.mark.parametrize(
    ("credentials", "headers", "body", "believed"),
    [
        (CREDENTIALS, signed(), BODY, True),
        (CREDENTIALS, signed(key="somebody else's"), BODY, False),
        (CREDENTIALS, signed(), BODY + b" ", False),
        (CREDENTIALS, {}, BODY, False),
        (CREDENTIALS, {"x-paper-signature": "sha256="}, BODY, False),
        (CREDENTIALS, {"x-paper-signature": "sha256=é"}, BODY, False),
        (Credentials(7), signed(key=""), BODY, False),
    ],
)
def test_only_the_gateway_s_own_signature_is_believed(credentials, headers, body, believed):
    assert PaperAdapter(lambda account, sent: b"").verify(credentials, headers, body) is believed


def test_a_repeat_has_the_same_id_and_a_header_cannot_change_it():
    adapter = answering({})
    assert adapter.unique_id({}, BODY) == adapter.unique_id({"x-paper-id": "new"}, BODY) == "pw-1"
    assert adapter.unique_id({}, b"no json") == hashlib.sha256(b"no json").hexdigest()
    assert len(adapter.unique_id({}, json.dumps({"id": "x" * 500}).encode())) <= 120


def test_events_are_read_in_their_order():
    body = {
        "id": "pw-1",
        "events": [
            {"type": "receipt", "id": "pt-1", "status": "delivered", "at": "2026-11-24T16:42:00Z"},
            {"type": "receipt", "id": "pt-2", "status": "failed", "code": "unreachable", "text": "Off.",
             "at": "2026-11-24T10:42:00-06:00"},
            {"type": "text", "id": "pi-3", "from": "+14155550106", "to": "+13125550100", "text": "STOP",
             "at": "2026-11-24T16:42:00+00:00", "answered": True},
        ],
    }  # fmt: skip
    assert answering({}).read(json.dumps(body)) == [
        Receipt("pt-1", "delivered", AT),
        Receipt("pt-2", "undelivered", AT, "unreachable", "Off."),
        Inbound("pi-3", "+14155550106", "+13125550100", "STOP", AT, answered=True),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '{"events": 1}',
        '{"events": [1]}',
        '{"events": [{"type": "call"}]}',
        '{"events": [{"type": "receipt", "id": "pt-1", "status": "vanished", "at": "2026-11-24T16:42:00Z"}]}',
        '{"events": [{"type": "receipt", "id": "pt-1", "status": "delivered", "at": "yesterday"}]}',
        '{"events": [{"type": "receipt", "id": "pt-1", "status": "delivered", "at": "2026-11-24T16:42:00"}]}',
        '{"events": [{"type": "text", "id": "pi-1", "from": null, "to": "", "text": "", "at": ""}]}',
        "[" * 100_000,
    ],
)
def test_what_this_gateway_never_sends_is_unreadable(body):
    with pytest.raises(Unreadable):
        answering({}).read(body)


@given(st.text())
def test_no_text_breaks_the_reader(body):
    with contextlib.suppress(Unreadable):
        answering({}).read(body)
