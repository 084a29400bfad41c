"""All contacts of the house on one page: what they were, what came of them, and who made them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forbear.core import clock
from forbear.desk.interactions import interactions, told
from tests.cast import TUESDAY
from tests.engine_room import says, turn
from tests.portfolios import begun

LATER = TUESDAY + timedelta(minutes=50)


@pytest.fixture
def talked(larkfield, betty, omar, monkeypatch):
    """A campaign's text to each, and a word of Betty's."""
    monkeypatch.setattr(clock, "now", lambda: LATER)
    begun(larkfield, [betty, omar])
    turn(TUESDAY)
    says(betty, "Which order is this?", TUESDAY + timedelta(minutes=9))
    return larkfield


def kinds(organization, **asked):
    rows = told(list(interactions(organization, **asked).order_by("pk")), organization)
    return [(row.kind, row.result, row.by) for row in rows]


def test_each_contact_says_what_it_was_and_what_came_of_it(talked):
    sent = ("reminder", "delivered", "the system")
    assert kinds(talked) == [sent, sent, ("reply", "received", "the consumer")]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"channel": "sms"}, 3), ({"channel": "voice"}, 0), ({"result": "received"}, 1), ({"result": "call_busy"}, 0),
        ({"by": "engine"}, 2), ({"by": "consumer"}, 1), ({"by": "staff"}, 0), ({"channel": "sms", "by": "engine"}, 2),
    ],
)  # fmt: skip
def test_the_filters_narrow_it(talked, asked, count):
    assert len(kinds(talked, **asked)) == count


def test_the_page_tells_it_in_a_fixed_number_of_statements(talked, dana, django_assert_max_num_queries):
    desk = Client()
    desk.force_login(dana)
    desk.get(reverse("interactions"))
    with django_assert_max_num_queries(12):
        page = desk.get(reverse("interactions")).content.decode()
    assert page.index("Which order is this?") < page.index("Reminder")
    assert "Betty Ruble" in page
    assert "Autumn" in page
    assert "Nothing like that" in desk.get(reverse("interactions"), {"channel": "voice"}).content.decode()


def test_a_stranger_finds_none_of_it(talked, stranger):
    client = Client()
    client.force_login(stranger)
    assert "Which order is this?" not in client.get(reverse("interactions")).content.decode()
