"""The paper phone's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forbear.channels.models import ProviderAccount
from forbear.core import clock
from forbear.dispatch.actions import send_by_hand
from forbear.sandbox.actions import run, set_clock
from forbear.sandbox.models import PaperText, SimulatedConsumer
from tests.cast import TUESDAY, employ
from tests.letters_and_calls import CALL, LETTER, has_mailbox, opened, planned, wording, worked

BETTY = "+14155550106"
PAGE = "/paper-phone/"
MAILBOX = "/paper-phone/mailbox/"
CALLS = "/paper-phone/calls/"


@pytest.fixture
def texted(betty, omar):
    """Betty and Omar have had a text on Tuesday morning."""
    set_clock(to=TUESDAY, actor="system", at=clock.now())
    for account in (omar, betty):
        send_by_hand(
            organization=account.organization, account=account, channel="sms", actor="system", at=clock.now(),
            body="Larkfield Recovery: $30.00 is open. We are a debt collector. Reply STOP to end texts.",
        )  # fmt: skip
    run(at=clock.now())
    return betty


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


def test_the_latest_phone_lies_open_with_what_happened_behind_it(desk, texted):
    shown = desk.get(PAGE).content.decode()
    assert "Betty Ruble" in shown
    assert "415-555-0106" in shown
    assert "$30.00 is open" in shown
    assert "A text written by hand was delivered" in shown
    assert "10:42" in shown


@pytest.mark.parametrize("asked", ["phone=%2B12135550131", "seek=213-555-0131", "seek=castellan", "seek=omar cas"])
def test_another_phone_is_found_by_number_or_name(desk, texted, asked):
    assert "Answer as Omar Castellan" in desk.get(f"{PAGE}?{asked}").content.decode()


def test_a_phone_nobody_knows_is_said_to_be_unknown(desk, texted):
    assert "No telephone here belongs to" in desk.get(f"{PAGE}?seek=%2B19998887777").content.decode()


def test_an_answer_is_sent_and_read(desk, texted):
    desk.post(f"{PAGE}answer/?phone={BETTY.replace('+', '%2B')}", {"body": "STOP"})
    assert PaperText.objects.get(direction="in").body == "STOP"
    desk.post(f"{PAGE}run/?phone={BETTY.replace('+', '%2B')}")
    shown = desk.get(f"{PAGE}?phone={BETTY.replace('+', '%2B')}").content.decode()
    assert "“STOP” was read as a wish not to be texted" in shown
    assert "Texts to this number were stopped at once" in shown
    assert "The confirmation was delivered" in shown


def test_a_poll_is_answered_only_where_something_is_new(desk, texted):
    state = desk.get(PAGE).context["state"]
    poll = {"path": PAGE, "headers": {"HX-Request": "true"}}
    assert desk.get(**poll, data={"phone": BETTY, "state": state}).status_code == 204
    desk.post(f"{PAGE}answer/?phone=%2B14155550106", {"body": "who is this?"})
    again = desk.get(**poll, data={"phone": BETTY, "state": state})
    assert again.status_code == 200
    assert "who is this?" in again.content.decode()


@pytest.mark.parametrize(
    ("given", "passed"),
    [({"advance": "1h"}, timedelta(hours=1)), ({"advance": "1d"}, timedelta(days=1)),
     ({"at": "2026-11-24T12:42"}, timedelta(hours=2)), ({"advance": "soon"}, timedelta(0)), ({}, timedelta(0))],
)  # fmt: skip
def test_the_clock_is_moved_in_the_organization_s_own_zone(desk, texted, given, passed):
    before = clock.now()
    desk.post(f"{PAGE}clock/", given)
    assert abs(clock.now() - before - passed) < timedelta(minutes=2)


def test_back_to_now_is_the_machine_s_own_time(desk, texted):
    desk.post(f"{PAGE}clock/", {"advance": "now"})
    assert not clock.moved()


def test_a_stranger_s_phone_is_not_shown_and_cannot_be_answered(stranger, texted):
    client = Client()
    client.force_login(stranger)
    assert "Betty" not in client.get(f"{PAGE}?phone=%2B14155550106").content.decode()
    client.post(f"{PAGE}answer/?phone=%2B14155550106", {"body": "STOP"})
    assert not PaperText.objects.filter(direction="in").exists()


def test_who_only_reads_is_kept_out(larkfield, texted):
    client = Client()
    client.force_login(employ(larkfield, "Vera Holt", "auditor"))
    assert client.get(PAGE).status_code == 403


def test_beside_a_real_gateway_there_is_no_phone(desk, texted):
    ProviderAccount.objects.create(organization=texted.organization, kind="twilio", name="Real", created_at=TUESDAY)
    assert desk.get(PAGE).status_code == 404


def test_without_texts_it_says_what_to_do(desk, larkfield):
    assert "No telephone has rung yet" in desk.get(PAGE).content.decode()


def test_the_page_keeps_to_its_query_budget(desk, texted):
    desk.get(PAGE)
    with CaptureQueriesContext(connection) as page:
        desk.get(PAGE)
    poll = {"phone": BETTY, "state": desk.get(PAGE).context["state"]}
    with CaptureQueriesContext(connection) as nothing_new:
        desk.get(PAGE, poll, headers={"HX-Request": "true"})
    assert len(page) <= 21
    assert len(nothing_new) <= 9


@pytest.fixture
def lettered(desk, larkfield, betty):
    """Betty has had a letter and a call, in which she pressed 2."""
    opened(larkfield)
    has_mailbox(betty, "betty@example.com")
    letter = wording(larkfield, "email", LETTER, subject="About your order")
    spoken = wording(larkfield, "voice", CALL)
    desk.post("/paper-phone/calls/answer/?phone=%2B14155550106", {"result": "right_party", "keys": "2"})
    planned(betty, "email", template_version=letter.current)
    planned(betty, "voice", template_version=spoken.current)
    worked()
    return betty


def test_before_the_first_letter_and_call_the_pages_say_what_to_do(desk, larkfield):
    assert "No letter yet" in desk.get(MAILBOX).content.decode()
    assert "No call yet" in desk.get(CALLS).content.decode()


def test_a_letter_is_read_and_answered(desk, lettered):
    page = desk.get(MAILBOX).content.decode()
    assert "<h2>About your order</h2>" in page
    assert "/unsubscribe/" in page
    desk.post(f"{MAILBOX}answer/?address=betty%40example.com", {"body": "When was that?"})
    assert "When was that?" in desk.get(MAILBOX).content.decode()
    first = PaperText.objects.get(channel="email", direction="out")
    assert "<h2>About your order</h2>" in desk.get(MAILBOX, {"letter": first.pk}).content.decode()
    assert "<h2>Re: About your order</h2>" in desk.get(MAILBOX, {"letter": "nonsense"}).content.decode()


def test_a_call_is_shown_as_it_went(desk, lettered):
    page = desk.get(CALLS).content.decode()
    assert "This is Larkfield Recovery for Betty." in page
    assert "Pressed <kbd>2</kbd>" in page
    assert "Answered by them" in page
    assert "A campaign&#x27;s call was answered by the consumer" in page


@pytest.mark.parametrize("asked", ["seek=ruble", "seek=betty%40example.com", "address=BETTY%40example.com"])
def test_a_mailbox_is_found_by_name_or_address(desk, lettered, omar, asked):
    has_mailbox(omar, "omar@example.com")
    assert "What betty@example.com writes" in desk.get(f"{MAILBOX}?{asked}").content.decode()
    assert "omar@example.com" in desk.get(f"{MAILBOX}?seek=omar").content.decode()
    assert "No mailbox here belongs to “nobody”." in desk.get(f"{MAILBOX}?seek=nobody").content.decode()


def test_how_a_mailbox_takes_letters_is_noted(desk, lettered):
    takes = f"{MAILBOX}takes/?address=betty%40example.com"
    desk.post(takes, {"takes": "hard_bounce"})
    assert SimulatedConsumer.objects.get(phone="betty@example.com").takes == "hard_bounce"
    assert "Choose what becomes of a letter." in desk.post(takes, {"takes": "x"}, follow=True).content.decode()


@pytest.mark.parametrize("page", [PAGE, "/paper-phone/mailbox/", "/paper-phone/calls/"])
def test_the_three_pages_are_tabs_of_one_place_in_the_navigation(desk, lettered, page):
    shown = desk.get(page).content.decode()
    assert all(f'href="{path}' in shown for path in (PAGE, MAILBOX, CALLS))
    assert shown.count('aria-current="page"') == 2  # the place, and its tab


@pytest.mark.parametrize(("page", "named"), [("paper_mailbox", "address"), ("paper_calls", "phone")])
def test_letting_it_run_leads_back_to_where_one_was(desk, lettered, page, named):
    answer = desk.post(f"{PAGE}run/?page={page}&{named}=x%40y")
    assert answer.url == f"{reverse(page)}?{named}=x%40y"


def test_a_stranger_s_letters_and_calls_are_not_shown(stranger, lettered):
    client = Client()
    client.force_login(stranger)
    assert "About your order" not in client.get(f"{MAILBOX}?address=betty%40example.com").content.decode()
    letter = PaperText.objects.get(channel="email")
    assert "About your order" not in client.get(MAILBOX, {"letter": letter.pk}).content.decode()
    assert "Pressed" not in client.get(f"{CALLS}?phone=%2B14155550106").content.decode()
    client.post(f"{MAILBOX}takes/?address=betty%40example.com", {"takes": "hard_bounce"})
    assert not SimulatedConsumer.objects.filter(takes="hard_bounce").exists()
