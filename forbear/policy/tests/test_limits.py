"""The organization's own limits: per person and per account, by local calendar days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.policy import zones
from forbear.policy.calendars import federal_holidays
from forbear.policy.facts import Contact
from forbear.policy.tests.cast import NOON, organization, text, verdict
from forbear.policy.verdict import Outcome


def at(day: int, hour: int, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_one_message_a_day_then_tomorrow_morning() -> None:
    found = verdict(history=(text(NOON - timedelta(hours=2)),))
    assert (found.outcome, found.reason, found.next_allowed_at) == (Outcome.DEFER, "daily_limit", at(15, 12))


def test_a_day_is_the_consumers_not_twenty_four_hours() -> None:
    late = at(15, 0)  # 20:00 on Tuesday in New York
    assert verdict(at(15, 12), history=(text(late),)).allowed


def test_the_fourth_message_waits_until_the_first_is_seven_days_old() -> None:
    week = tuple(text(at(day, 15)) for day in (14, 15, 16))
    found = verdict(at(17, 15), history=week)
    assert (found.reason, found.next_allowed_at) == ("weekly_limit", at(21, 12))


def test_both_limits_settle_on_the_later() -> None:
    week = tuple(text(at(day, 15)) for day in (14, 15, 16))
    found = verdict(at(16, 18), history=week)
    assert [f.reason for f in found.findings if f.outcome is Outcome.DEFER] == ["daily_limit", "weekly_limit"]
    assert found.next_allowed_at == at(21, 12)


@pytest.mark.parametrize(
    ("contact", "counts"),
    [
        (text(NOON), True),
        (replace(text(NOON), account_ids=("loan",)), True),
        (replace(text(NOON), account_ids=("loan",), person_id="dana"), True),
        (replace(text(NOON), person_id="co-signer"), True),
        (replace(text(NOON), person_id="co-signer", account_ids=("loan",)), False),
        (replace(text(NOON), channel="email"), True),
        (replace(text(NOON), channel="voice"), False),
        (replace(text(NOON), direction="in"), False),
        (replace(text(NOON), result="rejected"), False),
        (replace(text(NOON), result="uncertain"), True),
        (replace(text(NOON), occasion="manual"), True),
        (replace(text(NOON), occasion="confirmation"), False),
        (text(NOON + timedelta(seconds=2)), True),
    ],
)
def test_what_counts_for_the_person_and_for_the_account(contact: Contact, counts: bool) -> None:
    assert verdict(history=(contact,)).allowed != counts


def test_calls_are_not_stopped_by_limits_on_messages() -> None:
    assert verdict(channel="voice", history=(text(NOON),)).allowed


def test_hours_between_messages_run_to_the_second() -> None:
    last = NOON - timedelta(hours=3, microseconds=1)
    own = organization(per_day=None, per_week=None, min_interval_hours=4)
    found = verdict(organization=own, history=(text(last),))
    assert found.reason == "too_soon"
    assert found.next_allowed_at == NOON + timedelta(hours=1)


def test_a_limit_of_nothing_is_no_date_but_a_setting() -> None:
    found = verdict(organization=organization(per_day=0))
    assert (found.outcome, found.unblock_by) == (Outcome.BLOCK, ("limits_changed",))


def test_where_two_zones_disagree_about_the_date_it_counts_on_both() -> None:
    guam = (zones.locate_phone("+16715550101"), zones.locate_phone("+12125550101"))
    sent = text(at(14, 22))  # Tuesday in New York, Wednesday in Guam
    found = verdict(at(14, 23), locations=guam, history=(sent,))
    assert found.next_allowed_at == at(15, 22)


def test_a_window_of_ones_own() -> None:
    from datetime import time

    own = organization(window_from=time(10), window_to=time(17), weekdays=frozenset({0, 1, 2, 3}))
    found = verdict(at(16, 21), organization=own)  # Thursday 17:00 in New York
    assert (found.reason, found.next_allowed_at) == ("outside_hours", at(20, 14))


def test_closed_on_federal_holidays_unless_switched_off() -> None:
    thanksgiving = datetime(2026, 11, 26, 17, tzinfo=UTC)
    found = verdict(thanksgiving)
    assert (found.reason, found.next_allowed_at) == ("holiday", datetime(2026, 11, 27, 13, tzinfo=UTC))
    assert verdict(thanksgiving, organization=organization(holidays_closed=False)).allowed


def test_the_eleven_federal_holidays() -> None:
    days = "01-01 01-19 02-16 05-25 06-19 07-04 09-07 10-12 11-11 11-26 12-25"
    assert federal_holidays(2026) == {date.fromisoformat(f"2026-{day}") for day in days.split()}
    assert date(2027, 1, 18) in federal_holidays(2027)


def test_every_refusal_cites_its_setting() -> None:
    from forbear.policy.loading import standard

    found = verdict(history=(text(NOON),))
    because = standard().explain(found.record())["because"]
    limit = next(each for each in because if each["rule"] == "own.per_day")
    assert limit["cite"] == ["Settings > Limits: electronic messages a day"]
    assert limit["say"].startswith(
        "The organization's limit is 1 a day to one person, all electronic messages together; 1 went out"
    )
