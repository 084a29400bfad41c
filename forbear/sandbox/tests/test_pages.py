"""The paper phone's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forbear.channels.models import ProviderAccount
from forbear.core import clock
from forbear.dispatch.actions import send_by_hand
from forbear.sandbox.actions import run, set_clock
from forbear.sandbox.models import PaperText
from tests.cast import TUESDAY, employ
from tests.letters_and_calls import CALL, LETTER, has_mailbox, opened, planned, wording, worked

BETTY = "+14155550106"
PAGE = "/paper-phone/"


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


def test_the_pages_of_letters_and_calls(client, larkfield, dana, betty):
    opened(larkfield)
    client.force_login(dana)
    assert "No letter yet" in client.get("/paper-mailbox/").content.decode()
    assert "No call yet" in client.get("/paper-calls/").content.decode()
    has_mailbox(betty, "betty@example.com")
    letter = wording(larkfield, "email", LETTER, subject="About your order")
    spoken = wording(larkfield, "voice", CALL)
    client.post("/paper-calls/answer/?phone=%2B14155550106", {"result": "right_party", "keys": "2"})
    planned(betty, "email", template_version=letter.current)
    planned(betty, "voice", template_version=spoken.current)
    worked()
    page = client.get("/paper-mailbox/").content.decode()
    assert "About your order" in page
    assert "/unsubscribe/" in page
    client.post("/paper-mailbox/answer/?address=betty%40example.com", {"body": "When was that?"})
    assert "When was that?" in client.get("/paper-mailbox/").content.decode()
    assert "Pressed <b>2</b>" in client.get("/paper-calls/").content.decode()
