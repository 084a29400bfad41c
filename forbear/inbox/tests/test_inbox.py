"""Stories of the inbox: people write back, colleagues answer, hand over, close."""

from datetime import timedelta

import pytest

from forbear.accounts.models import Account
from forbear.channels.models import Sender
from forbear.compliance.models import Entry
from forbear.consent.models import OptOut
from forbear.core import clock
from forbear.dispatch.actions import ContactRefused
from forbear.inbox import actions, queries
from forbear.inbox.models import AutoReply, Conversation
from forbear.sandbox import phones
from forbear.sandbox.actions import set_clock
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ
from tests.engine_room import broadcast, launch, says, texts_to, turn

LATER = TUESDAY + timedelta(minutes=20)
SOON = LATER + timedelta(minutes=5)
CLOSING = "Larkfield Recovery, a debt collector. Reply STOP to end texts."


@pytest.fixture
def asked(larkfield, betty):
    """Betty got a text and asked something back."""
    launch(broadcast(larkfield, [betty], name="First notice"))
    says(betty, "Can I pay half on Friday?", LATER)
    return Conversation.objects.select_related("organization", "sender").get()


def events():
    return list(Entry.objects.filter(event__startswith="inbox:").order_by("id").values_list("event", flat=True))


def reply(conversation, dana, body="Of course, Betty."):
    return actions.reply(conversation=conversation, body=body, actor=dana.actor, at=SOON)


def test_an_answer_says_who_writes_and_how_to_stop(asked, betty, dana):
    message = reply(asked, dana)
    assert message.body == f"Of course, Betty. {CLOSING}"
    assert texts_to(betty)[-1] == message.body
    asked.refresh_from_db()
    assert (asked.unread, asked.waiting_since, asked.last_text) == (0, None, message.body)


def test_what_says_it_all_already_is_left_as_it_is(asked, dana):
    body = "Larkfield Recovery, a debt collector: of course. Text STOP to end texts."
    assert reply(asked, dana, body).body == body


def test_an_answer_in_the_language_of_the_consumer(larkfield):
    composed = actions.compose(organization=larkfield, body="Claro que puede pagar la mitad.", language="es")
    assert composed.body.endswith("Larkfield Recovery, cobrador de deudas. Responda STOP para no recibir textos.")
    assert composed.wrong == ""


@pytest.mark.parametrize(
    ("body", "refusal"),
    [("   ", actions.NothingWritten), ("Pay or go to jail.", actions.UnfitReply), ("a" * 1300, actions.UnfitReply)],
)
def test_words_that_may_not_leave_are_refused(asked, betty, dana, body, refusal):
    with pytest.raises(refusal):
        reply(asked, dana, body)
    assert len(texts_to(betty)) == 1


def test_nobody_answers_a_stop(asked, betty, dana):
    says(betty, "STOP", LATER + timedelta(minutes=1))
    with pytest.raises(ContactRefused):
        reply(asked, dana)
    assert len(texts_to(betty)) == 2  # the campaign's and the confirmation


def test_what_came_in_while_one_wrote_stays_unread(asked, betty, dana):
    says(betty, "Hello?", LATER + timedelta(minutes=2))
    reply(asked, dana)
    asked.refresh_from_db()
    assert (asked.unread, asked.last_text) == (2, "Hello?")


def test_a_colleague_takes_over_and_the_log_keeps_it(asked, larkfield, dana, stranger):
    sam = employ(larkfield, "Sam Ortega", Role.OPERATOR)
    actions.assign(conversation=asked, to=dana, actor=dana.actor, at=SOON)
    actions.assign(conversation=asked, to=sam, actor=dana.actor, at=SOON)
    actions.assign(conversation=asked, to=sam, actor=dana.actor, at=SOON)
    assert [row.pk for row in queries.conversations(larkfield, show="mine", person=sam)] == [asked.pk]
    assert not queries.conversations(larkfield, show="mine", person=dana)
    assert events() == ["inbox:conversation:assigned"] * 2
    with pytest.raises(actions.NotAColleague):
        actions.assign(conversation=asked, to=stranger, actor=dana.actor, at=SOON)


def test_a_closed_one_opens_again_when_she_writes(asked, betty, dana, larkfield):
    actions.close(conversation=asked, actor=dana.actor, at=SOON)
    assert Account.objects.get(pk=betty.pk).status == "in_auto_management"
    with pytest.raises(actions.ConversationClosed):
        actions.close(conversation=asked, actor=dana.actor, at=SOON)
    assert not queries.conversations(larkfield, show="all")
    says(betty, "One more thing", SOON + timedelta(minutes=1))
    assert queries.conversations(larkfield, show="all").get().unread == 1
    assert Account.objects.get(pk=betty.pk).status == "active_conversation"
    assert events() == ["inbox:conversation:closed", "inbox:conversation:reopened"]


def test_what_she_says_while_it_is_being_closed_is_not_lost(asked, betty, dana, client):
    client.force_login(dana)
    page = client.get(f"/inbox/{asked.public_id}").content.decode()
    seen = asked.last_message_public_id
    assert f'name="seen" value="{seen}"' in page
    says(betty, "I am in hospital.", SOON)
    with pytest.raises(actions.SomethingNew):
        actions.close(conversation=asked, actor=dana.actor, at=SOON)
    answer = client.post(f"/inbox/{asked.public_id}/close", {"seen": seen})
    assert answer.status_code == 409
    assert "read it first" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == "open"
    client.post(f"/inbox/{asked.public_id}/close", {"seen": asked.last_message_public_id})
    asked.refresh_from_db()
    assert asked.status == "closed"


def test_a_stop_does_not_count_as_somebody_who_waits(larkfield, betty, dana):
    launch(broadcast(larkfield, [betty]))
    says(betty, "STOP", LATER)
    counts = queries.counts(larkfield, dana)
    assert (counts.unread, counts.waiting_since) == (1, None)


def rule(larkfield, dana, body="We are open from 9 to 5.", **words):
    sender = Sender.objects.select_related("organization").get(organization=larkfield)
    words = {"keywords": [], **words}
    return actions.save_auto_reply(sender=sender, body=body, actor=dana.actor, at=TUESDAY, **words)


def test_a_keyword_rule_comes_before_the_one_for_everything(larkfield, betty, dana):
    rule(larkfield, dana, body="A person will answer soon.")
    rule(larkfield, dana, keywords=["hours", "Opening times"])
    launch(broadcast(larkfield, [betty]))
    says(betty, "What are your HOURS?", LATER)
    says(betty, "opening   times please", LATER + timedelta(minutes=1))
    says(betty, "whatever", LATER + timedelta(minutes=2))
    assert [text.split(".")[0] for text in texts_to(betty)[1:]] == [
        "We are open from 9 to 5",
        "We are open from 9 to 5",
    ]
    says(betty, "how are you", LATER + timedelta(minutes=3))
    assert texts_to(betty)[-1] == f"A person will answer soon. {CLOSING}"


@pytest.mark.parametrize("words", ["I dispute this", "my lawyer will call about hours", "no", "STOP"])
def test_a_rule_keeps_silent_where_a_person_must_look(larkfield, betty, dana, words):
    rule(larkfield, dana)
    launch(broadcast(larkfield, [betty]))
    says(betty, words, LATER)
    assert "We are open" not in " ".join(texts_to(betty))


def test_two_machines_do_not_talk_for_ever(larkfield, betty, dana):
    rule(larkfield, dana)
    launch(broadcast(larkfield, [betty]))
    says(betty, "I am away from my phone.", LATER)
    says(betty, "I am away from my phone.", LATER + timedelta(minutes=1))
    assert len(texts_to(betty)) == 2
    assert Entry.objects.filter(event="inbox:auto_reply:withheld").count() == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"body": "Hi ${firstName}"}, "body"),
        ({"body": "URGENT: call us"}, "body"),
        ({"keywords": ["Stop!"]}, "keywords"),
        ({"keywords": ["help"]}, "keywords"),
        ({"keywords": ["?!"]}, "keywords"),
        ({"keywords": [f"w{n}" for n in range(21)]}, "keywords"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(larkfield, dana, words, field):
    with pytest.raises(actions.UnusableAutoReply) as refused:
        rule(larkfield, dana, **words)
    assert list(refused.value.fields) == [field]
    assert not AutoReply.objects.exists()


def test_one_rule_for_everything_is_enough(larkfield, dana):
    first = rule(larkfield, dana)
    with pytest.raises(actions.UnusableAutoReply, match="already has a reply to everything"):
        rule(larkfield, dana)
    rule(larkfield, dana, body="Changed.", rule=first)
    assert AutoReply.objects.get().body == f"Changed. {CLOSING}"


# The pages.


@pytest.fixture
def at_desk(client, dana):
    set_clock(to=SOON, actor="system", at=clock.now())
    client.force_login(dana)
    return client


def test_the_list_shows_who_wrote_and_opening_reads(asked, at_desk):
    page = at_desk.get("/inbox").content.decode()
    assert "1 unread." in page
    assert 'class="is-unread"' in page
    assert "Betty Ruble" in page
    opened = at_desk.get(f"/inbox/{asked.public_id}").content.decode()
    assert "Can I pay half on Friday?" in opened
    assert "First notice" in opened
    assert "$30.00" in opened
    assert "May be sent now" in opened
    asked.refresh_from_db()
    assert asked.unread == 0


def test_the_lists_part_by_whose_they_are(asked, at_desk, dana):
    assert "Betty Ruble" not in at_desk.get("/inbox?show=mine").content.decode()
    assert "Betty Ruble" in at_desk.get("/inbox?show=unassigned").content.decode()
    at_desk.post(f"/inbox/{asked.public_id}/assign", {"to": dana.public_id})
    assert "Betty Ruble" in at_desk.get("/inbox").content.decode()
    assert "Betty Ruble" in at_desk.get("/inbox?show=all&q=rub").content.decode()
    assert "Betty Ruble" in at_desk.get("/inbox?show=all&q=555-0106").content.decode()
    assert "Betty Ruble" not in at_desk.get("/inbox?show=all&q=omar").content.decode()


def test_live_parts_answer_only_when_something_changed(asked, at_desk, betty):
    page = at_desk.get(f"/inbox/{asked.public_id}?show=all").context
    here = {"opened": asked.public_id, "show": "all", "seen": page["threads_token"]}
    said = f"/inbox/{asked.public_id}/said"
    assert at_desk.get("/inbox/threads", here).status_code == 204
    assert at_desk.get(said, {"seen": page["said_token"]}).status_code == 204
    says(betty, "Hello?", LATER + timedelta(minutes=1))
    assert "Hello?" in at_desk.get("/inbox/threads", here).content.decode()
    fresh = at_desk.get(said, {"seen": page["said_token"]}).content.decode()
    assert "Hello?" in fresh
    assert "<textarea" not in fresh


def test_an_answer_is_checked_while_it_is_typed_and_sent(asked, at_desk, betty):
    check = at_desk.post(f"/inbox/{asked.public_id}/check", {"body": "Yes, Betty."}).content.decode()
    assert "May be sent now" in check
    assert CLOSING in check
    assert "presses the reader" in at_desk.post(f"/inbox/{asked.public_id}/check", {"body": "URGENT"}).content.decode()
    refused = at_desk.post(f"/inbox/{asked.public_id}/reply", {"body": "Pay or go to jail, Betty."})
    assert refused.status_code == 422
    assert "Pay or go to jail, Betty." in refused.content.decode()
    assert "reads as a threat" in refused.content.decode()
    assert at_desk.post(f"/inbox/{asked.public_id}/reply", {"body": "Yes."}).status_code == 302
    assert texts_to(betty)[-1] == f"Yes. {CLOSING}"


def test_an_opt_out_by_other_words_is_recorded_at_the_desk(asked, at_desk, betty):
    assert at_desk.post(f"/inbox/{asked.public_id}/opt-out").status_code == 302
    row = OptOut.objects.get()
    assert (row.channel, row.source, row.recorded_by.partition(":")[0]) == ("sms", "staff", "person")
    assert "May be sent now" not in at_desk.get(f"/inbox/{asked.public_id}").content.decode()


def test_somebody_we_do_not_know_is_shown_by_number(larkfield, betty, at_desk):
    phones.write_from_phone(phone="+16175550199", body="Who is this?", at=LATER, organization=larkfield)
    turn(LATER)
    page = at_desk.get(f"/inbox/{Conversation.objects.get().public_id}").content.decode()
    assert "617-555-0199" in page
    assert "Nobody we know" in page


def test_rules_are_written_in_settings(larkfield, at_desk):
    sender = Sender.objects.get(organization=larkfield)
    words = {"sender": sender.public_id, "keywords": "hours, opening times", "body": "9 to 5.", "is_active": "on"}
    assert at_desk.post("/settings/auto-replies", {**words, "keywords": "stop"}).status_code == 422
    assert at_desk.post("/settings/auto-replies", words).status_code == 302
    one = AutoReply.objects.get()
    assert one.keywords == ["hours", "opening times"]
    assert "9 to 5." in at_desk.get("/settings/auto-replies").content.decode()
    assert at_desk.post(f"/settings/auto-replies/{one.public_id}/delete").status_code == 302
    assert not AutoReply.objects.exists()


@pytest.mark.parametrize("verb", ["", "said", "reply", "assign", "close", "reopen", "unread", "opt-out", "check"])
def test_a_stranger_finds_nothing(asked, client, stranger, verb):
    client.force_login(stranger)
    address = f"/inbox/{asked.public_id}" + (f"/{verb}" if verb else "")
    answer = client.get(address) if verb in ("", "said") else client.post(address, {"body": "Hello"})
    assert answer.status_code == 404
    assert "Betty" not in client.get("/inbox?show=all").content.decode()


def test_an_auditor_looks_and_changes_nothing(asked, client, larkfield):
    client.force_login(employ(larkfield, "Ava Auditor", Role.AUDITOR))
    page = client.get(f"/inbox/{asked.public_id}").content.decode()
    assert "<textarea" not in page
    asked.refresh_from_db()
    assert asked.unread == 1
    assert client.post(f"/inbox/{asked.public_id}/close").status_code == 403


def test_a_page_asks_the_database_a_bounded_number_of_times(asked, at_desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        at_desk.get("/inbox?show=all")
