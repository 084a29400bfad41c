"""Contacts outside hours: what the engine allowed is held against the clock once more, and ill-timed ones are named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from forbear.core import clock
from forbear.dispatch.models import Message
from forbear.reports.contacts import Span, report_of
from forbear.reports.hours import Contact, breaches
from tests.cast import TUESDAY
from tests.engine_room import broadcast, launch, says

LATER = TUESDAY + timedelta(minutes=20)
ALL_DAY = Span(TUESDAY.date(), TUESDAY.date())


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)
    cache.clear()


@pytest.fixture
def sent(larkfield, betty, omar, hana):
    """Betty and Omar are written to at 8:42 in California; in Honolulu it is too early."""
    launch(broadcast(larkfield, [betty, omar, hana]))
    return Message.objects.filter(direction="out")


def move(message: Message, at: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(sent_at=at)


def test_a_day_in_order_has_nothing_to_name(larkfield, sent, django_assert_num_queries):
    with django_assert_num_queries(6):
        report = report_of(larkfield, ALL_DAY)
    assert (report.contacts, report.outside, report.outside_count) == (2, [], 0)
    assert report.hours["sms"][8] == 2
    assert (report.not_judged, report.unrecorded) == (0, 0)
    assert [(one.rule, one.what, one.count) for one in report.turned] == [("own.hours", "deferred", 1)]


def test_a_message_that_left_too_early_is_named_with_its_law(larkfield, betty, sent):
    early = TUESDAY.replace(hour=13, minute=12)  # 5:12 in San Francisco
    message = sent.get(account_id=betty.pk)
    move(message, early)
    report = report_of(larkfield, ALL_DAY)
    (named,) = report.outside
    assert (named.message_id, named.account_id, named.sent_at) == (message.public_id, betty.public_id, early)
    assert named.breaches[0].rule == "regf.time"
    assert named.breaches[0].cite[0] == "12 CFR 1006.6(b)(1)(i)"
    assert named.breaches[0].local == ("Tue 05:12 in America/Los_Angeles",)
    assert report.hours["sms"][5] == 1


def test_the_report_does_not_believe_the_verdict(larkfield, betty, sent):
    """It stays an allowed message; its clock tells otherwise."""
    message = sent.get(account_id=betty.pk)
    assert '"outcome":"allow"' in message.item.verdict
    move(message, TUESDAY.replace(hour=13))
    assert report_of(larkfield, ALL_DAY).outside_count == 1


US = ("US", "US-CA")
LA = ("America/Los_Angeles",)


def contact(**also: object) -> Contact:
    values = {"channel": "sms", "occasion": "campaign", "actor": "third_party_collector", "purpose": "collection"}
    return Contact(**(values | {"country": "US", "zones": LA, "places": US} | also))


@pytest.mark.parametrize(
    ("told", "hour", "minute", "shut"),
    [
        ({}, 16, 0, False),  # 8:00, the first minute
        ({}, 15, 59, True),
        ({"zones": (*LA, "America/Denver")}, 16, 0, False),
        ({"zones": (*LA, "America/Denver")}, 4, 30, True),  # 20:30 and 21:30
        ({"zones": ("America/Denver",)}, 4, 0, True),  # 21:00 is over
        ({"actor": "creditor"}, 10, 0, False),
        ({"occasion": "confirmation"}, 10, 0, False),
        ({"zones": ()}, 10, 0, False),
        ({"places": ("GB",), "zones": ("Europe/London",), "country": "GB"}, 21, 0, True),
    ],
)
def test_by_the_windows_of_the_law(told, hour, minute, shut):
    assert bool(breaches(contact(**told), datetime(2026, 11, 24, hour, minute, tzinfo=UTC))) is shut


def test_an_answer_within_the_hour_may_leave_at_night():
    night = datetime(2026, 11, 24, 10, tzinfo=UTC)
    answer = contact(occasion="answer")
    assert breaches(answer, night, answered_after=timedelta(minutes=5)) == []
    assert breaches(answer, night, answered_after=timedelta(minutes=61))
    assert breaches(answer, night)


def test_before_the_law_was_in_force_there_was_nothing_to_break():
    assert breaches(contact(), datetime(2021, 11, 29, 10, tzinfo=UTC)) == []
    assert breaches(contact(), datetime(2021, 12, 1, 10, tzinfo=UTC))


def test_opt_outs_are_timed_and_what_left_afterwards_counts(larkfield, betty, sent):
    says(betty, "STOP", LATER)
    ages = report_of(larkfield, ALL_DAY).opt_outs
    assert (ages.recorded, ages.obeyed, ages.late) == (1, 1, 0)
    move(sent.filter(account_id=betty.pk, occasion="campaign").get(), LATER + timedelta(seconds=90))
    ages = report_of(larkfield, ALL_DAY).opt_outs
    assert (ages.obeyed, ages.late, ages.slowest_to_last_message) == (0, 1, 90)


def test_the_page_and_the_route_say_the_same(larkfield, dana, betty, sent, api):
    move(sent.get(account_id=betty.pk), TUESDAY.replace(hour=13))
    told = api.get("/v1/reports/compliance", start_date="2026-11-24", end_date="2026-11-24").json()
    assert (told["contacts"], told["outside_count"]) == (2, 1)
    assert told["outside"][0]["breaches"][0]["rule"] == "regf.time"
    assert len(told["hours"]["sms"]) == 24
    client = Client()
    client.force_login(dana)
    page = client.get("/reports/compliance").content.decode()
    assert told["outside"][0]["message_id"] in page
    assert "12 CFR 1006.6(b)(1)(i)" in page


def test_more_than_a_year_is_refused(larkfield, dana, api):
    assert api.get("/v1/reports/compliance", start_date="2024-11-24", end_date="2026-11-24").status_code == 422
    client = Client()
    client.force_login(dana)
    page = client.get("/reports/compliance?start_date=2024-11-24&end_date=2026-11-24")
    assert page.status_code == 200
    assert "covers a year at most" in page.content.decode()
