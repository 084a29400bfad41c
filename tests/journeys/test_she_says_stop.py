"""Betty answers: STOP silences everything at once, START opens exactly what STOP closed, HELP is answered."""

from datetime import timedelta

import pytest

from forbear.accounts.models import Account
from forbear.channels.models import Sender
from forbear.compliance.models import Entry
from forbear.consent.models import OptOut
from forbear.dispatch.models import Message, QueueItem
from forbear.dispatch.receipts import read_until_idle
from forbear.inbox.models import AutoReply, Conversation
from forbear.sandbox import gateway, phones
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, launch, number_of, says, template_of, texts_to, turn

LATER = TUESDAY + timedelta(minutes=20)


def test_a_stop_silences_every_campaign(larkfield, betty):
    launch(broadcast(larkfield, [betty], name="First"))
    launch(broadcast(larkfield, [betty], name="Second", end_date=TUESDAY.date() + timedelta(days=9)))
    assert QueueItem.objects.filter(status="pending").count() == 1
    says(betty, " Stop! ", LATER)
    assert not QueueItem.objects.filter(status="pending").exists()
    assert QueueItem.objects.filter(status="skipped", reason="opted_out").count() == 1
    assert len(texts_to(betty)) == 2
    assert "no more texts" in texts_to(betty)[-1]
    launch(broadcast(larkfield, [betty], name="Third", end_date=TUESDAY.date() + timedelta(days=9)), LATER)
    turn(TUESDAY + timedelta(days=7))
    assert len(texts_to(betty)) == 2
    told = Entry.objects.filter(event="consent:address:opted_out").get()
    assert told.account_id == betty.pk
    assert Entry.objects.filter(event="dispatch:item:skipped").exists()


def test_she_gets_one_confirmation_however_often_she_says_it(larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    for minute in range(3):
        says(betty, "STOP", LATER + timedelta(minutes=minute))
    assert len(texts_to(betty)) == 2
    assert OptOut.objects.count() == 1
    assert Entry.objects.filter(event="consent:address:opt_out_repeated").count() == 2


def test_two_stops_in_one_batch_get_one_confirmation(larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    for minute in range(2):
        phones.write_from_phone(phone=number_of(betty), body="STOP", at=LATER + timedelta(minutes=minute))
    turn(LATER + timedelta(minutes=2))
    assert len(texts_to(betty)) == 2


def test_a_confirmation_that_is_late_is_one_text_too_many(larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    phones.write_from_phone(phone=number_of(betty), body="STOP", at=LATER)
    gateway.report(at=LATER)
    read_until_idle(at=LATER)
    turn(LATER + timedelta(minutes=6))
    assert len(texts_to(betty)) == 1
    assert QueueItem.objects.get(occasion="confirmation").reason == "too_late"


def test_tomorrows_import_of_the_same_number_stays_silent(larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    says(betty, "unsubscribe", LATER)
    again = owes(larkfield, "Betty Ruble", number_of(betty))
    counts = launch(broadcast(larkfield, [again], name="Tomorrow"), TUESDAY + timedelta(hours=2))
    assert (counts["sent"], counts["skipped"]) == (0, 1)


def test_start_opens_what_stop_closed_and_only_the_consumer_can_say_it(larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    says(betty, "STOP", LATER)
    says(betty, "yes", LATER + timedelta(minutes=1))
    assert OptOut.objects.get().lifted_at is None
    says(betty, "Start", LATER + timedelta(minutes=2))
    row = OptOut.objects.get()
    assert row.lifted_at is not None
    assert row.lifted_by == f"consumer:{betty.consumer_id}"
    assert "again" in texts_to(betty)[-1]


@pytest.mark.parametrize("together", [True, False])
def test_the_last_word_counts_in_whatever_order_it_is_read(larkfield, betty, together):
    """STOP, then START and STOP again within a minute: she stays silent."""
    launch(broadcast(larkfield, [betty]))
    says(betty, "STOP", LATER)
    words = [("STOP", LATER + timedelta(minutes=2)), ("START", LATER + timedelta(minutes=1))]
    for word, at in words:
        phones.write_from_phone(phone=number_of(betty), body=word, at=at)
        if not together:
            read_until_idle(at=at)
    turn(LATER + timedelta(minutes=2))
    assert OptOut.objects.filter(lifted_at=None).count() == 1


def test_help_is_answered_even_after_a_stop(larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    says(betty, "STOP", LATER)
    says(betty, "HELP", LATER + timedelta(minutes=1))
    assert "Reply here and a person will answer" in texts_to(betty)[-1]
    assert len(texts_to(betty)) == 3


@pytest.mark.parametrize("text", ["I'll stop by on Friday", "Can I pay half on Friday?", "Thanks"])
def test_what_is_no_stop_takes_her_to_a_person_and_out_of_the_engine(larkfield, betty, text):
    launch(broadcast(larkfield, [betty]))
    says(betty, text, LATER)
    assert not OptOut.objects.exists()
    assert Account.objects.get(pk=betty.pk).status == "active_conversation"
    conversation = Conversation.objects.get()
    assert (conversation.unread, conversation.account_id, conversation.last_text) == (1, betty.pk, text)
    assert conversation.campaign_id is not None


def test_a_text_from_nobody_we_know_is_kept(larkfield, betty):
    phones.write_from_phone(phone="+16175550199", body="Who is this?", at=LATER, organization=larkfield)
    turn(LATER)
    conversation = Conversation.objects.get()
    assert (conversation.consumer_id, conversation.unread) == (None, 1)


def test_the_same_webhook_twice_changes_nothing(larkfield, betty, monkeypatch):
    from forbear.dispatch.models import Webhook
    from forbear.dispatch.receipts import read_webhooks

    launch(broadcast(larkfield, [betty]))
    says(betty, "Hello there", LATER)
    Webhook.objects.update(status="new")
    assert read_webhooks(at=LATER) > 0
    assert Message.objects.filter(direction="in").count() == 1
    assert Conversation.objects.get().unread == 1


def test_an_automatic_reply_answers_whole_words_and_never_loops(larkfield, betty):
    sender = Sender.objects.get(organization=larkfield)
    AutoReply.objects.create(
        organization=larkfield, sender=sender, keywords=["pay"], body="Pay at pay.example.com", created_at=TUESDAY
    )
    launch(broadcast(larkfield, [betty]))
    says(betty, "my payday is near", LATER)
    assert len(texts_to(betty)) == 1
    for minute in range(6):
        says(betty, f"how do I pay, question {minute}", LATER + timedelta(minutes=1 + minute))
    assert texts_to(betty).count("Pay at pay.example.com") == 3
    assert Entry.objects.filter(event="inbox:auto_reply:withheld").count() == 3


def test_a_machine_that_sends_many_texts_at_once_gets_three_answers(larkfield, betty):
    sender = Sender.objects.get(organization=larkfield)
    AutoReply.objects.create(organization=larkfield, sender=sender, body="We are closed.", created_at=TUESDAY)
    launch(broadcast(larkfield, [betty]))
    for number in range(7):
        phones.write_from_phone(phone=number_of(betty), body=f"Your ticket is {number}", at=LATER)
    turn(LATER)
    assert texts_to(betty).count("We are closed.") == 3


def test_a_dispute_puts_the_account_in_review_until_it_is_closed(larkfield, betty):
    from forbear.consent.actions import close_hold
    from forbear.consent.models import Hold

    launch(broadcast(larkfield, [betty]))
    says(betty, "I never bought anything there, I dispute this debt", LATER)
    assert Account.objects.get(pk=betty.pk).status == "in_review"
    close_hold(hold=Hold.objects.get(kind="dispute"), reason="Settled by letter", actor="person:1", at=LATER)
    assert Account.objects.get(pk=betty.pk).status == "in_auto_management"


def test_the_confirmation_speaks_the_language_we_wrote_in(larkfield, betty):
    body = "${organization}: Hola ${firstName}. Somos un cobrador de deudas. Responda STOP para no recibir textos."
    template = template_of(larkfield, body, name="Primer aviso")
    template.language = "es"
    template.save()
    launch(broadcast(larkfield, [betty], template=template))
    says(betty, "ALTO", LATER)
    assert "ya no le vamos a enviar textos" in texts_to(betty)[-1]
