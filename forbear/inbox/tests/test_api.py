"""`/v1/conversations` and `/v1/auto-replies` as a program uses them."""

from datetime import timedelta

import pytest

from forbear.channels.models import Sender
from forbear.core import clock
from forbear.inbox.models import Conversation
from forbear.sandbox.actions import set_clock
from tests.cast import TUESDAY
from tests.door import api
from tests.engine_room import broadcast, launch, says, texts_to

__all__ = ["api"]

LATER = TUESDAY + timedelta(minutes=20)


@pytest.fixture
def asked(larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    says(betty, "Can I pay half on Friday?", LATER)
    set_clock(to=LATER + timedelta(minutes=5), actor="system", at=clock.now())
    return Conversation.objects.get()


def test_list_read_and_answer(api, asked, betty):
    (shown,) = api.get("/v1/conversations?unread=true").json()["items"]
    assert shown["id"] == asked.public_id
    assert shown["consumer"]["first_name"] == "Betty"
    assert {name: shown[name] for name in ("address", "channel", "unread", "assigned_to", "last_message")} == {
        "address": "+14155550106",
        "channel": "sms",
        "unread": 1,
        "assigned_to": None,
        "last_message": "Can I pay half on Friday?",
    }
    said = api.get(f"/v1/conversations/{asked.public_id}/messages").json()["items"]
    assert [message["direction"] for message in said] == ["in", "out"]
    answered = api.post(f"/v1/conversations/{asked.public_id}/reply", {"body": "Of course."})
    assert answered.status_code == 201
    assert answered.json()["body"] == texts_to(betty)[-1]
    assert api.get("/v1/conversations?unread=true").json()["items"] == []


def test_a_refused_answer_brings_its_verdict(api, asked, betty):
    says(betty, "STOP", LATER + timedelta(minutes=1))
    refused = api.post(f"/v1/conversations/{asked.public_id}/reply", {"body": "Please stay."})
    assert refused.status_code == 422
    told = refused.json()
    assert told["blocked"] is True
    assert told["verdict"]["outcome"] == "block"


def test_assign_close_and_reopen(api, asked, dana):
    assign = f"/v1/conversations/{asked.public_id}/assign"
    assert api.post(assign, {"person_id": dana.public_id}).json()["assigned_to"] == dana.public_id
    assert api.get(f"/v1/conversations?assigned_to={dana.public_id}").json()["items"]
    assert api.get("/v1/conversations?assigned_to=none").json()["items"] == []
    assert api.post(assign, {"person_id": None}).json()["assigned_to"] is None
    assert api.post(f"/v1/conversations/{asked.public_id}/close?seen=msg_nothing").status_code == 409
    seen = api.get(f"/v1/conversations/{asked.public_id}").json()["last_message_id"]
    assert api.post(f"/v1/conversations/{asked.public_id}/close?seen={seen}").json()["status"] == "closed"
    assert api.post(f"/v1/conversations/{asked.public_id}/close").status_code == 409
    assert api.get("/v1/conversations?status=closed").json()["items"]
    assert api.post(f"/v1/conversations/{asked.public_id}/reopen").json()["status"] == "open"
    assert api.post("/v1/conversations/cnv_nothing/close").status_code == 404


def test_automatic_replies(api, larkfield):
    sender = Sender.objects.get(organization=larkfield)
    given = {"sender_id": sender.public_id, "keywords": ["hours"], "body": "9 to 5."}
    made = api.post("/v1/auto-replies", given)
    assert made.status_code == 201
    rule = made.json()
    assert rule["body"].startswith("9 to 5. Larkfield Recovery")
    assert api.post("/v1/auto-replies", {**given, "keywords": ["stop"]}).status_code == 422
    address = f"/v1/auto-replies/{rule['id']}"
    assert api.patch(address, {"is_active": False}).json()["is_active"] is False
    assert api.get("/v1/auto-replies").json()["items"][0]["keywords"] == ["hours"]
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404
