"""One account's page: may I, what happened, and what a person does about it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forbear.consent.models import Hold, OptOut
from forbear.core import clock
from forbear.desk.story import story
from forbear.dispatch.models import Message
from forbear.staff.states import Role
from forbear.web.pagination import UnknownCursor
from tests.cast import TUESDAY, employ
from tests.engine_room import broadcast, launch, says, texts_to

LATER = TUESDAY + timedelta(minutes=50)
TEXT = "Larkfield Recovery: Hello Betty, we are a debt collector and have a question. Reply STOP to end texts."


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


def page_of(client, account, **query):
    return client.get(reverse("account", args=[account.public_id]), query).content.decode()


def test_the_panel_answers_yes_with_rules_and_citations(desk, betty):
    page = page_of(desk, betty)
    assert "Yes, now" in page
    assert "12 CFR 1006.6(b)(1)(i)" in page
    assert "10:00 to 23:00" in page


def test_the_panel_answers_not_yet_with_the_moment_at_which_it_opens(desk, hana):
    page = page_of(desk, hana)
    assert "Not yet" in page
    assert "Tue 24 Nov, 12:00" in page


def test_another_moment_can_be_asked_about(desk, betty):
    page = page_of(desk, betty, at="2026-11-24T23:30")
    assert "Can I contact then?" in page
    assert "Wed 25 Nov, 10:00" in page


@pytest.mark.parametrize("at", ["banana", "2026-02-30T10:00", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_moment_that_is_none_is_told_and_now_is_answered(desk, betty, at):
    page = page_of(desk, betty, at=at)
    assert "This is no date with a time, so the answer is for now." in page
    assert "Yes, now" in page


def test_no_id_stands_twice_on_the_page(desk, betty):
    ids = re.findall(r'\bid="([^"]+)"', page_of(desk, betty))
    assert "opt_out_notes" in ids
    assert sorted(ids) == sorted(set(ids))


def test_the_story_tells_what_was_said_newest_first(desk, larkfield, betty):
    launch(broadcast(larkfield, [betty]))
    says(betty, "Which order is this?", TUESDAY + timedelta(minutes=5))
    page = page_of(desk, betty)
    assert page.index("Betty wrote by SMS") < page.index("Hello Betty, $30.00 is open.")
    assert "was delivered" in page


def test_every_field_of_the_file_stands_on_the_page(desk, betty):
    betty.fields = {"retailer": "Corner Store", "ZipCode": "94127"}
    betty.save()
    page = page_of(desk, betty)
    for words in ("retailer", "Corner Store", "ZipCode", "94127", "415-555-0106", "First Name"):
        assert words in page


def test_a_text_by_hand_leaves_through_the_same_door(desk, betty):
    answer = desk.post(reverse("account_write", args=[betty.public_id]), {"body": TEXT})
    assert answer.status_code == 302
    assert texts_to(betty) == [TEXT]
    assert Message.objects.get().created_by.startswith("person:")


def test_a_text_that_may_not_leave_is_kept_on_the_page_with_the_verdict(desk, hana):
    answer = desk.post(reverse("account_write", args=[hana.public_id]), {"body": TEXT})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "we are a debt collector and have a question" in page
    assert "Honolulu" in page
    assert "It may leave from" in page
    assert texts_to(hana) == []


def test_an_opt_out_is_recorded_and_shows(desk, betty):
    desk.post(reverse("account_opt_out", args=[betty.public_id]), {"channel": "sms", "notes": "told us on the phone"})
    row = OptOut.objects.get()
    assert (row.consumer_id, row.channel, row.source) == (betty.consumer_id, "sms", "staff")
    page = page_of(desk, betty)
    assert "Opted out" in page
    assert "told us on the phone" in page
    desk.post(reverse("account_write", args=[betty.public_id]), {"body": TEXT})
    assert texts_to(betty) == []


def test_a_hold_stops_everything_until_it_is_closed(desk, betty):
    desk.post(reverse("account_hold", args=[betty.public_id]), {"kind": "attorney", "notes": "Lee & Co."})
    hold = Hold.objects.get()
    assert "Lee &amp; Co." in page_of(desk, betty)
    desk.post(reverse("account_write", args=[betty.public_id]), {"body": TEXT})
    assert texts_to(betty) == []
    close = reverse("account_hold_close", args=[betty.public_id, hold.public_id])
    assert desk.post(close, {}).status_code == 422
    desk.post(close, {"reason": "The mandate ended"})
    desk.post(reverse("account_write", args=[betty.public_id]), {"body": TEXT})
    assert texts_to(betty) == [TEXT]


def test_the_story_goes_on_in_chapters_without_gaps(larkfield, betty):
    rows = [
        Message(
            organization=larkfield,
            direction="in",
            channel="sms",
            address="+14155550106",
            consumer_id=betty.consumer_id,
            account_id=betty.pk,
            body=f"word {number}",
            status="received",
            at=TUESDAY + timedelta(minutes=number // 3),
        )
        for number in range(25)
    ]
    Message.objects.bulk_create(rows)
    Hold.objects.create(
        organization=larkfield,
        consumer=betty.consumer,
        account=betty,
        kind="manual",
        opened_at=TUESDAY,
        opened_by="system",
    )
    told, cursor = [], ""
    while cursor is not None:
        chapter = story(betty, cursor=cursor, limit=4)
        told += [(one.source, one.number) for one in chapter.told]
        cursor = chapter.next_cursor
    assert len(told) == len(set(told)) == 26
    for cursor in ("nonsense", "W10", "WyIyMDI2IiwiYSIsMV0"):
        with pytest.raises(UnknownCursor):
            story(betty, cursor=cursor)


def test_a_stranger_finds_nothing_and_a_reader_writes_nothing(stranger, larkfield, betty):
    client = Client()
    client.force_login(stranger)
    for name in ("account", "account_write"):
        assert client.get(reverse(name, args=[betty.public_id])).status_code == 404
    assert client.post(reverse("account_hold", args=[betty.public_id]), {"kind": "manual"}).status_code == 404
    client.force_login(employ(larkfield, "Alma Analyst", Role.ANALYST))
    assert client.get(reverse("account", args=[betty.public_id])).status_code == 200
    assert client.get(reverse("account_write", args=[betty.public_id])).status_code == 403
    assert client.post(reverse("account_hold", args=[betty.public_id]), {"kind": "manual"}).status_code == 403
    assert not Hold.objects.exists()
