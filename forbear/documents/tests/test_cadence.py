"""Words that say how often, and the days they compile to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.documents.cadence import COMPILES, MOST_CONTACTS, MOST_DAYS, compiled, plan, rotated
from forbear.documents.planning import going_on
from forbear.documents.refusals import CadenceNotUnderstood
from forbear.documents.states import Channel

START = date(2026, 11, 24)
WEEKLY = (0, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70, 77)
UNDERSTOOD = {
    "weekly": WEEKLY,
    "Weekly.": WEEKLY,
    "once per week": WEEKLY,
    "once a week": WEEKLY,
    "every week": WEEKLY,
    "every 7 days": WEEKLY,
    "bi-weekly": (0, 14, 28, 42, 56, 70, 84),
    "biweekly": (0, 14, 28, 42, 56, 70, 84),
    "every other week": (0, 14, 28, 42, 56, 70, 84),
    "every two weeks": (0, 14, 28, 42, 56, 70, 84),
    "monthly": (0, 30, 61),
    "every month": (0, 30, 61),
    "daily": tuple(range(12)),
    "every day": tuple(range(12)),
    "every 3 days": tuple(range(0, 36, 3)),
    "every 60 days": (0, 60),
    "day 1, day 5, day 14": (0, 4, 13),
    "day 1/5/14": (0, 4, 13),
    "days 1, 5 and 14": (0, 4, 13),
    "Day 1": (0,),
    "day 3, day 90": (2, 89),
}


@pytest.mark.parametrize(("words", "days"), UNDERSTOOD.items())
def test_what_is_understood(words: str, days: tuple[int, ...]) -> None:
    assert compiled(words, START) == days


@pytest.mark.parametrize(
    "words",
    [
        "",
        "often",
        "weekly or so",
        "every 0 days",
        "every now and then",
        "3 times a week",
        "day 0",
        "day 5, day 1",
        "day 1, day 1",
        "day 1, day 91",
        "day 1/2/3/4/5/6/7/8/9/10/11/12/13",
        "every 1000 days",
        "täglich",
    ],
)
def test_what_is_not_understood_is_told_what_is(words: str) -> None:
    with pytest.raises(CadenceNotUnderstood) as refused:
        compiled(words, START)
    assert COMPILES in refused.value.fields["cadence"]


def test_a_month_without_that_day_has_its_last_one() -> None:
    start = date(2026, 12, 31)
    assert [start + timedelta(days=day) for day in compiled("monthly", start)][1:] == [
        date(2027, 1, 31),
        date(2027, 2, 28),
    ]


def test_channels_take_turns_in_their_order() -> None:
    slots = plan("day 1, day 3, day 8, day 10", START, [Channel.CALL, Channel.SMS, Channel.EMAIL])
    assert [str(slot.channel) for slot in slots] == ["sms", "email", "call", "sms"]
    assert [slot.on.day for slot in slots] == [24, 26, 1, 3]


@given(st.text(max_size=80), st.dates(date(2000, 1, 1), date(2150, 1, 1)))
def test_any_words_compile_within_bounds_or_are_refused(words: str, start: date) -> None:
    try:
        days = compiled(words, start)
    except CadenceNotUnderstood:
        return
    bounded(days)


def bounded(days: tuple[int, ...]) -> None:
    assert 1 <= len(days) <= MOST_CONTACTS
    assert list(days) == sorted(set(days))
    assert days[0] >= 0
    assert days[-1] < MOST_DAYS


@given(
    st.integers(1, 999),
    st.sampled_from(["days", "weeks", "months", "day"]),
    st.dates(date(2000, 1, 1), date(2150, 1, 1)),
)
def test_every_so_many_is_bounded(count: int, unit: str, start: date) -> None:
    days = compiled(f"every {count} {unit}", start)
    bounded(days)
    assert days[0] == 0


CHOSEN = st.lists(st.sampled_from(list(Channel)), min_size=1, unique=True)


@given(st.integers(0, 30), CHOSEN)
def test_each_channel_has_its_turn_as_often_as_the_others(count: int, channels: list[Channel]) -> None:
    turns = rotated(count, channels)
    shares = [turns.count(channel) for channel in channels]
    assert sum(shares) == count
    assert max(shares) - min(shares) <= 1


@given(st.integers(0, 12), CHOSEN, CHOSEN, st.sampled_from(["", "daily", "monthly", "day 1, day 40"]))
def test_what_was_done_stays_and_what_comes_uses_only_what_is_open(
    step: int, before: list[Channel], open_now: list[Channel], words: str
) -> None:
    slots = plan("weekly", START, before)
    today = slots[min(step, 11)].on
    after = going_on(slots, step, open_now, words=words, today=today)
    assert after[:step] == slots[:step]
    assert {slot.channel for slot in after[step:]} <= set(open_now)
    assert [slot.on for slot in after] == sorted(slot.on for slot in after)
    assert len(after) <= MOST_CONTACTS
