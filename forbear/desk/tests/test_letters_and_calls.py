"""How letters and calls are told: on the account's page, in the timeline, and in the inbox."""

import pytest

from forbear.core import clock
from forbear.dispatch.models import QueueItem
from forbear.inbox.models import Conversation
from forbear.sandbox.models import SimulatedConsumer
from forbear.sandbox.phones import write_from_phone
from tests.cast import TUESDAY
from tests.engine_room import number_of
from tests.letters_and_calls import CALL, LETTER, has_mailbox, opened, planned, wording, worked

MAILBOX = "betty@example.com"


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def betty(larkfield, betty):
    opened(larkfield)
    return has_mailbox(betty, MAILBOX)


def called(account, result, keys=""):
    SimulatedConsumer.objects.create(phone=number_of(account), answers=result, keys=keys)
    planned(account, "voice", template_version=wording(account.organization, "voice", CALL).current)
    worked()


def written_to(account):
    letter = wording(account.organization, "email", LETTER, subject="About your order")
    planned(account, "email", template_version=letter.current)
    worked()


def sentences(api, account):
    return [item["sentence"] for item in api.get(f"/v1/accounts/{account.public_id}/timeline").json()["items"]]


@pytest.mark.parametrize(
    ("result", "keys", "told"),
    [
        ("right_party", "2", "A campaign's call was answered by Betty: {} seconds, pressed 2, promise to pay"),
        ("third_party", "", "A campaign's call was answered by somebody else: {} seconds"),
        ("no_answer", "", "A campaign's call was not answered"),
        ("not_in_service", "", "A campaign's call found the number out of service"),
    ],
)
def test_a_call_is_told_once_with_what_came_of_it(api, client, dana, betty, result, keys, told):
    called(betty, result, keys)
    (call,) = api.get("/v1/messages", channel="voice").json()["items"]
    sentence = told.format(call["call"]["duration_seconds"])
    assert [it for it in sentences(api, betty) if "call" in it.lower()] == [sentence]
    (message,) = [it for it in api.get(f"/v1/accounts/{betty.public_id}/timeline").json()["items"] if it["call"]]
    assert message["call"] == call["call"]
    client.force_login(dana)
    page = client.get(f"/accounts/{betty.public_id}", follow=True).content.decode()
    assert sentence.replace("'", "&#x27;") in page


def test_a_call_that_still_goes_on_is_told_as_placed(api, betty):
    called(betty, "unknown")
    assert "A campaign's call was placed: how it ends is not told yet" in sentences(api, betty)


def test_letters_are_told_with_their_subject_in_both_directions(api, client, dana, betty):
    written_to(betty)
    write_from_phone(phone=MAILBOX, body="Which order?", at=TUESDAY)
    worked()
    told = sentences(api, betty)
    assert "A campaign's e-mail “About your order” was delivered" in told
    assert "Betty wrote by e-mail: “Re: About your order”" in told
    talk = Conversation.objects.get(channel="email")
    said = api.get(f"/v1/conversations/{talk.public_id}/messages").json()["items"]
    assert [(it["subject"], it["call"]) for it in said] == [("Re: About your order", None), ("About your order", None)]
    client.force_login(dana)
    assert "<b>Re: About your order</b>" in client.get(f"/inbox/{talk.public_id}", follow=True).content.decode()
    assert "<p><b>Re: About your order</b> Which order?</p>" in client.get("/inbox/threads?show=all").content.decode()


def test_a_call_is_read_as_it_was_spoken(client, dana, ada, betty):
    SimulatedConsumer.objects.create(phone=number_of(betty), answers="right_party", keys="2")
    script = "[check]\nIs this ${firstName}?\n\n[message]\nThis is ${organization}.\n\n[keys]\nPress 9 for no calls."
    planned(betty, "voice", template_version=wording(betty.organization, "voice", script).current)
    worked()
    client.force_login(dana)
    decision = f"/decisions/{QueueItem.objects.get(channel='voice').public_id}"
    for path in (f"/accounts/{betty.public_id}", decision):
        page = client.get(path, follow=True).content.decode()
        assert "Press 9 for no calls." in page
        assert "[message]" not in page
        assert "[check]" not in page
    client.force_login(ada)
    page = client.get("/paper-phone/calls/").content.decode()
    assert "To whoever answers" in page
    assert "[check]" not in page


def test_many_calls_cost_the_timeline_no_query_more(api, betty, django_assert_max_num_queries):
    called(betty, "right_party", "2")
    path = f"/v1/accounts/{betty.public_id}/timeline"
    with django_assert_max_num_queries(30) as one:
        api.get(path)
    for attempt in range(1, 4):
        planned(betty, "voice", occasion="answer", attempt=attempt, body="We call you back.")
    worked()
    with django_assert_max_num_queries(len(one)):
        api.get(path)
