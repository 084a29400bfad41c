"""Calls over the whole way: placed, answered as somebody noted it, told of by webhook, and what follows."""

import json
from datetime import timedelta

import pytest

from forbear import reactions
from forbear.channels.models import ProviderAccount
from forbear.compliance.models import Entry
from forbear.consent.models import Act, OptOut
from forbear.dispatch import calls
from forbear.dispatch.models import Call, Message, QueueItem, Webhook
from forbear.dispatch.receipts import read_until_idle
from forbear.providers.base import CallEnded
from forbear.sandbox import postman
from forbear.sandbox.models import PaperText, SimulatedConsumer
from tests.cast import TUESDAY
from tests.engine_room import number_of
from tests.letters_and_calls import CALL, last, opened, planned, wording, worked


@pytest.fixture
def larkfield(larkfield):
    return opened(larkfield)


@pytest.fixture
def spoken(larkfield):
    return wording(larkfield, "voice", CALL)


def answers(account, result, keys=""):
    SimulatedConsumer.objects.update_or_create(phone=number_of(account), defaults={"answers": result, "keys": keys})


def ended():
    return [json.loads(entry.facts) for entry in Entry.objects.filter(event="dispatch:call:ended").order_by("pk")]


def test_a_call_says_its_text_and_its_result_is_kept_beside_the_message(betty, spoken):
    answers(betty, "right_party", "1")
    planned(betty, "voice", template_version=spoken.current)
    worked()
    message = last(betty, "voice")
    assert (message.status, message.error_code) == ("delivered", "")
    assert (message.call.result, message.call.disposition, message.call.keys) == (
        "right_party",
        "callback_scheduled",
        "1",
    )
    assert message.call.duration_seconds >= 5
    assert PaperText.objects.get(channel="voice").body == message.body
    betty.refresh_from_db()
    assert betty.status == "active_conversation"


@pytest.mark.parametrize(
    ("result", "status", "retry"),
    [("voicemail", "delivered", False), ("third_party", "delivered", False), ("no_answer", "undelivered", True),
     ("busy", "undelivered", True), ("dropped", "undelivered", True), ("not_in_service", "undelivered", False)],
)  # fmt: skip
def test_what_comes_of_a_call(betty, spoken, monkeypatch, result, status, retry):
    seen = []
    monkeypatch.setitem(
        reactions.FOLLOWS,
        "dispatch:call:ended",
        [lambda drafts, at: seen.extend(draft.carry for draft in drafts)],
    )
    answers(betty, result)
    planned(betty, "voice", template_version=spoken.current, attempt=2)
    worked()
    message = last(betty, "voice")
    assert (message.status, message.call.result) == (status, result)
    assert message.error_code == ("" if status == "delivered" else result)
    (told,) = seen
    assert (told.retry, told.final, told.attempt, told.channel) == (retry, True, 2, "voice")
    assert told.call.result == result


def test_a_placed_call_is_not_final(betty, spoken, monkeypatch):
    seen = []
    look = [lambda drafts, at: seen.extend(draft.carry for draft in drafts)]
    monkeypatch.setitem(reactions.FOLLOWS, "dispatch:message:sent", look)
    planned(betty, "voice", template_version=spoken.current)
    planned(betty, "sms", body="x", occasion="answer")
    worked()
    assert {told.channel: told.final for told in seen} == {"voice": False, "sms": True}


def test_nine_ends_calls_and_by_the_rules_texts_to_the_number_too(larkfield, betty, spoken):
    answers(betty, "right_party", "29")
    planned(betty, "voice", template_version=spoken.current)
    worked()
    assert last(betty, "voice").call.disposition == "promise_to_pay"  # what was pressed first
    optout = OptOut.objects.get()
    assert (optout.channel, optout.source, optout.address) == ("call", "keypad", number_of(betty))
    later = TUESDAY + timedelta(days=8)
    betty.status = "in_auto_management"
    betty.save(update_fields=["status"])
    text = wording(larkfield, "sms", "${organization}: Hello ${firstName}. Reply STOP to end texts.")
    by = {channel: planned(betty, channel, later, template_version=v.current) for channel, v in
          (("voice", spoken), ("sms", text))}  # fmt: skip
    worked(later)
    assert {channel: QueueItem.objects.get(pk=item.pk).status for channel, item in by.items()} == {
        "voice": "skipped",
        "sms": "skipped",
    }


def test_a_wrong_number_is_not_used_again(betty, spoken):
    answers(betty, "wrong_number")
    planned(betty, "voice", template_version=spoken.current)
    worked()
    act = Act.objects.get()
    assert (act.type, act.address, act.consumer_id) == ("wrong_party", number_of(betty), betty.consumer_id)
    again = planned(betty, "voice", TUESDAY + timedelta(days=8), template_version=spoken.current)
    worked(TUESDAY + timedelta(days=8))
    again.refresh_from_db()
    assert again.status == "skipped"


def test_a_call_of_which_nobody_tells_ends_after_half_an_hour(betty, spoken):
    answers(betty, "unknown")
    planned(betty, "voice", template_version=spoken.current)
    worked()
    assert last(betty, "voice").status == "sent"
    worked(TUESDAY + timedelta(minutes=29))
    assert not Call.objects.exists()
    worked(TUESDAY + timedelta(minutes=31))
    message = last(betty, "voice")
    assert (message.status, message.error_code, message.call.result) == ("undelivered", "unknown", "unknown")
    assert [fact["result"] for fact in ended()] == ["unknown"]


def told_of(message, result, at, keys=""):
    event = {"type": "call", "id": message.gateway_id, "result": result, "keys": keys, "at": at.isoformat()}
    postman.post_events(message.provider, [event], at=at)
    read_until_idle(at=at)


def test_a_result_that_comes_late_is_taken_once(betty, spoken):
    answers(betty, "unknown")
    planned(betty, "voice", template_version=spoken.current)
    worked()
    late = TUESDAY + timedelta(minutes=40)
    worked(late)
    message = last(betty, "voice")
    told_of(message, "answered", late, keys="9")
    told_of(message, "busy", late)
    message = last(betty, "voice")
    assert (message.status, message.error_code, message.call.result) == ("delivered", "", "right_party")
    assert [fact["result"] for fact in ended()] == ["unknown", "right_party"]
    assert OptOut.objects.get().channel == "call"


def test_the_same_result_told_twice_is_one(betty, spoken):
    planned(betty, "voice", template_version=spoken.current)
    worked()
    told_of(last(betty, "voice"), "answered", TUESDAY + timedelta(minutes=1))
    assert len(ended()) == 1
    assert Call.objects.get().result == "right_party"


def test_a_result_that_overtakes_our_own_answer_waits_for_it(betty, spoken):
    planned(betty, "voice", template_version=spoken.current)
    worked()
    message = last(betty, "voice")
    Call.objects.all().delete()
    known = message.gateway_id
    Message.objects.filter(pk=message.pk).update(gateway_id=None, status="sending")
    message.gateway_id = known
    told_of(message, "machine", TUESDAY + timedelta(seconds=1))
    assert Webhook.objects.filter(status="new").count() == 1
    Message.objects.filter(pk=message.pk).update(gateway_id=known, status="sent")
    read_until_idle(at=TUESDAY + timedelta(seconds=2))
    assert last(betty, "voice").call.result == "voicemail"


def test_a_call_whose_placing_was_uncertain_is_found_by_our_reference(larkfield, betty, spoken):
    ProviderAccount.objects.filter(organization=larkfield).update(options={"unanswered": 1})
    planned(betty, "voice", template_version=spoken.current)
    worked()
    message = last(betty, "voice")
    assert (message.status, message.call.result) == ("delivered", "right_party")
    assert message.item.reason == ""


def test_an_unforeseen_word_fails_its_webhook_alone(larkfield, betty, spoken):
    planned(betty, "voice", template_version=spoken.current)
    worked()
    told_of(last(betty, "voice"), "abducted", TUESDAY + timedelta(minutes=1))
    assert Webhook.objects.get(status="failed").error == "A call with result 'abducted' is unknown."


def test_the_disposition_that_a_gateway_knows_goes_before_the_keys():
    row = calls._row(1, "x", CallEnded("x", "right_party", TUESDAY, "hardship", keys="2a\x00"))
    assert row[5] == "hardship"
    assert row[9] == "2"
