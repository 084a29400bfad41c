"""Letters over the whole way: rendered, handed over, received, answered, bounced, reported, ended by their link."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forbear.compliance.models import Entry
from forbear.consent.models import Act, OptOut
from forbear.dispatch import carrier, letters
from forbear.dispatch.models import Message, QueueItem
from forbear.sandbox.models import PaperText, SimulatedConsumer
from forbear.sandbox.phones import write_from_phone
from tests.cast import TUESDAY, owes
from tests.letters_and_calls import LETTER, has_mailbox, last, opened, planned, wording, worked

MAILBOX = "betty@example.com"


@pytest.fixture
def larkfield(larkfield):
    return opened(larkfield)


@pytest.fixture
def betty(larkfield, betty):
    return has_mailbox(betty, MAILBOX)


@pytest.fixture
def letter(larkfield):
    return wording(larkfield, "email", LETTER, subject="About order ${orderNo}")


def received():
    return PaperText.objects.filter(phone=MAILBOX, direction="out").order_by("pk")


def takes(word):
    SimulatedConsumer.objects.update_or_create(phone=MAILBOX, defaults={"takes": word})


def closed():
    return set(OptOut.objects.values_list("channel", "address", "source"))


def test_a_letter_is_rendered_with_its_subject_and_both_ways_out(betty, letter):
    planned(betty, "email", template_version=letter.current)
    worked()
    sent, kept = last(betty, "email"), received().get()
    assert (sent.status, sent.subject, sent.segments) == ("delivered", f"About order {betty.number}", 1)
    assert sent.body.startswith("Hello Betty,\n\n$30.00 is open at Larkfield Recovery.")
    assert (kept.subject, kept.body, kept.channel) == (sent.subject, sent.body, "email")
    assert kept.unsubscribe_url in sent.body
    assert kept.unsubscribe_url.startswith("http://127.0.0.1:8000/unsubscribe/")
    assert MAILBOX not in kept.unsubscribe_url


def test_the_wording_is_chosen_by_channel_days_language_and_tone(larkfield, betty):
    early = wording(larkfield, "email", LETTER, subject="Early", bucket="1-30")
    late = wording(larkfield, "email", LETTER, subject="Late", bucket="61-90")
    firm = wording(larkfield, "email", LETTER, subject="Late and firm", bucket="61-90", tone="firm")
    spanish = wording(
        larkfield, "email", LETTER.replace("Hello", "Hola"), subject="Tarde", bucket="61-90", language="es"
    )
    ines = has_mailbox(owes(larkfield, "Ines Prado", "+14155550107"), "ines@example.com")
    ines.consumer.language = "es"
    ines.consumer.save(update_fields=["language"])
    for account, days in ((betty, 70), (ines, 70)):
        account.due_date = TUESDAY.date() - timedelta(days=days)
        account.save(update_fields=["due_date"])
    items = [planned(betty, "email", tone="strict"), planned(ines, "email", tone="warm")]
    worked()
    chosen = [QueueItem.objects.get(pk=item.pk).template_version_id for item in items]
    assert chosen == [firm.current_id, spanish.current_id]
    assert {early.current_id, late.current_id}.isdisjoint(chosen)


def test_without_a_wording_the_contact_is_skipped_in_one_sentence(betty):
    item = planned(betty, "email")
    worked()
    item.refresh_from_db()
    assert (item.status, item.reason) == ("skipped", "no_wording")
    assert item.error == "No template fits this contact: add one for email under Templates."


def test_a_subject_that_tells_of_the_debt_does_not_leave(larkfield, betty):
    told = wording(larkfield, "email", LETTER, subject="Your overdue balance")
    item = planned(betty, "email", template_version=told.current)
    worked()
    item.refresh_from_db()
    assert (item.status, item.reason) == ("skipped", "wording")
    assert not received().exists()


def test_a_value_brings_no_second_line_into_the_subject():
    assert letters.subject_line("Order\r\nBcc: x@example.com", answers="", language="en") == "Order Bcc: x@example.com"


def test_the_reader_ends_the_letters_on_the_page(betty, letter, client):
    planned(betty, "email", template_version=letter.current)
    worked()
    path = "/" + received().get().unsubscribe_url.split("/", 3)[3]
    page = client.get(path)
    assert page.status_code == 200
    assert "End these e-mails?" in page.content.decode()
    assert MAILBOX not in page.content.decode()
    assert closed() == set()  # a scanner that follows links ends nothing
    assert "¿Dejar de recibir" in client.get(f"{path}?language=es").content.decode()
    assert "Done" in client.post(path).content.decode()
    assert closed() == {("email", MAILBOX, "link")}
    assert OptOut.objects.get().message_id == last(betty, "email").pk
    assert Entry.objects.filter(event="consent:address:opted_out", account_id=betty.pk).count() == 1


def test_a_mail_program_ends_them_with_one_click_and_a_second_changes_nothing(betty, letter):
    planned(betty, "email", template_version=letter.current)
    worked()
    path = "/" + received().get().unsubscribe_url.split("/", 3)[3]
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = program.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, answer.cookies) == (200, {})
    assert closed() == {("email", MAILBOX, "link")}
    assert not Entry.objects.filter(event="consent:address:opt_out_repeated").exists()
    later = planned(betty, "email", TUESDAY + timedelta(days=2), template_version=letter.current)
    worked(TUESDAY + timedelta(days=2))
    later.refresh_from_db()
    assert (later.status, later.reason) == ("skipped", "opted_out")


def test_the_link_works_after_the_letter_is_gone(betty, letter, client):
    planned(betty, "email", template_version=letter.current)
    worked()
    path = "/" + received().get().unsubscribe_url.split("/", 3)[3]
    Message.objects.all().delete()
    QueueItem.objects.all().delete()
    assert client.post(path).status_code == 200
    assert closed() == {("email", MAILBOX, "link")}


def test_a_link_that_nobody_gave_ends_nothing_and_guessing_has_an_end(larkfield, client):
    token = letters.token_of(letters.Link(larkfield.pk, MAILBOX, 0))
    answers = [client.post(f"/unsubscribe/{token[:-3]}{n:03}").status_code for n in range(8)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert closed() == set()
    assert client.get(f"/unsubscribe/{token}").status_code == 200  # whoever has a letter does not wait


def test_a_hard_bounce_closes_the_address_and_a_soft_one_does_not(betty, letter):
    takes("soft_bounce")
    planned(betty, "email", template_version=letter.current)
    worked()
    assert (last(betty, "email").status, last(betty, "email").error_code) == ("undelivered", "soft_bounce")
    assert not Act.objects.filter(type="bounce").exists()
    takes("hard_bounce")
    friday, monday = TUESDAY + timedelta(days=3), TUESDAY + timedelta(days=6)
    planned(betty, "email", friday, template_version=letter.current)
    worked(friday)
    assert Act.objects.get(type="bounce").address == MAILBOX
    again = planned(betty, "email", monday, template_version=letter.current)
    worked(monday)
    again.refresh_from_db()
    assert again.status == "skipped"
    assert received().count() == 2


def test_a_complaint_ends_the_letters(betty, letter):
    takes("complaint")
    planned(betty, "email", template_version=letter.current)
    worked()
    assert closed() == {("email", MAILBOX, "provider")}
    assert last(betty, "email").error_code == "complained"
    assert Entry.objects.filter(event="dispatch:message:complained", account_id=betty.pk).count() == 1


def test_a_simulated_reader_follows_the_link(betty, letter):
    takes("unsubscribe")
    planned(betty, "email", template_version=letter.current)
    worked()
    assert closed() == {("email", MAILBOX, "link")}


def test_an_answer_by_mail_joins_its_thread_and_its_quotation_stops_nothing(larkfield, betty, letter):
    planned(betty, "email", template_version=letter.current)
    worked()
    ours = last(betty, "email")
    quoted = "\n".join(f"> {line}" for line in ours.body.splitlines())
    write_from_phone(phone=MAILBOX, body=f"Can I pay on Friday?\n\nOn Tuesday Larkfield wrote:\n{quoted}", at=TUESDAY)
    worked()
    theirs = Message.objects.get(direction="in")
    assert (theirs.channel, theirs.subject, theirs.account_id) == ("email", f"Re: {ours.subject}", betty.pk)
    assert closed() == set()
    betty.refresh_from_db()
    assert betty.status == "active_conversation"


def test_a_letter_that_asks_for_silence_gets_it_and_no_confirmation(betty, letter):
    planned(betty, "email", template_version=letter.current)
    worked()
    write_from_phone(phone=MAILBOX, body="Please stop emailing me", at=TUESDAY)
    worked()
    assert ("email", MAILBOX, "reply") in closed()
    assert received().count() == 1


def test_letters_cost_no_more_statements_in_a_bigger_batch(larkfield, letter):
    counts = []
    for size in (2, 20):
        for n in range(size):
            account = has_mailbox(
                owes(larkfield, f"Reader {size}-{n}", f"+131255501{n:02}"), f"r{size}.{n}@example.com"
            )
            planned(account, "email")
        with CaptureQueriesContext(connection) as queries:
            assert carrier.carry(at=TUESDAY).sent == size
        frames = ("SAVEPOINT", "RELEASE", "ROLLBACK")
        counts.append(sum(not q["sql"].startswith(frames) for q in queries))
    assert counts[0] == counts[1]
