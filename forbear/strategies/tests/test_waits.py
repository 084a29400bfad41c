"""Waits: written, read, and counted by the local clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.strategies.waits import DAY, LONGEST, ClosedDays, NotAWait, Wait, after, parse_wait

CHICAGO = "America/Chicago"


@pytest.mark.parametrize(
    ("word", "wait"),
    [
        ("0d", Wait()),
        ("90m", Wait(90)),
        ("4h", Wait(240)),
        ("3d", Wait(3 * DAY)),
        ("2bd", Wait(business_days=2)),
        (" 2 BD ", Wait(business_days=2)),
        ("48h", Wait(2 * DAY)),
    ],
)
def test_a_wait_is_read_as_it_is_said(word, wait):
    assert parse_wait(word) == wait


@pytest.mark.parametrize("word", ["", "3", "d", "-1d", "1.5d", "3w", "367d", "999999h", "261bd", "3d 4h"])
def test_what_is_no_wait_is_refused(word):
    with pytest.raises(NotAWait):
        parse_wait(word)


@given(st.builds(Wait, st.integers(0, LONGEST)) | st.builds(Wait, business_days=st.integers(1, 260)))
def test_every_wait_gives_its_word_back(wait):
    assert parse_wait(str(wait)) == wait


@pytest.mark.parametrize(
    ("at", "word", "expected"),
    [
        # Tuesday 10:42 in Chicago; Thursday is Thanksgiving.
        ("2026-11-24T16:42", "90m", "2026-11-24T18:12"),
        ("2026-11-24T16:42", "2d", "2026-11-26T16:42"),
        ("2026-11-24T16:42", "1bd", "2026-11-25T16:42"),
        ("2026-11-24T16:42", "2bd", "2026-11-27T16:42"),
        ("2026-11-24T16:42", "3bd", "2026-11-30T16:42"),
        # Saturday night in Chicago is Sunday in UTC.
        ("2026-11-29T03:00", "1bd", "2026-12-01T03:00"),
        # The clocks go forward on 8 March 2026: the hour of the day stays, 24 hours would not.
        ("2026-03-07T16:42", "1d", "2026-03-08T15:42"),
        ("2026-03-07T16:42", "25h", "2026-03-08T17:42"),
        # 02:30 does not exist on that night.
        ("2026-03-07T08:30", "1d", "2026-03-08T08:30"),
    ],
)
def test_days_keep_the_hour_of_the_local_clock(at, word, expected):
    start = datetime.fromisoformat(at).replace(tzinfo=UTC)
    reached = after(start, parse_wait(word), CHICAGO, ClosedDays("US"))
    assert reached == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_an_organization_has_holidays_of_its_own_and_those_of_its_country():
    start = datetime(2026, 11, 24, 16, 42, tzinfo=UTC)
    wednesday = frozenset({date(2026, 11, 25)})
    assert after(start, Wait(business_days=1), CHICAGO, ClosedDays("US", wednesday)) == start + timedelta(days=3)
    assert after(start, Wait(business_days=2), CHICAGO, ClosedDays()) == start + timedelta(days=2)
    assert date(2026, 7, 1) in ClosedDays("CA")


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.builds(Wait, st.integers(0, 60 * DAY)) | st.builds(Wait, business_days=st.integers(1, 30)),
)
def test_a_longer_wait_never_ends_earlier(at, wait):
    longer = Wait(wait.minutes + DAY) if not wait.business_days else Wait(business_days=wait.business_days + 1)
    first, second = after(at, wait, CHICAGO, ClosedDays("US")), after(at, longer, CHICAGO, ClosedDays("US"))
    assert at <= first < second or wait == Wait() == longer
