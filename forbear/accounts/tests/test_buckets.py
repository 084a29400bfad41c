"""Days past due pass by themselves: who comes into another bucket at night, on which day, and that it is told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from forbear.accounts.buckets import bucket_names, crossings, move_buckets
from forbear.accounts.models import Account, AgedTo, BucketMove
from forbear.compliance.models import Entry
from forbear.staff.models import Organization
from tests.cast import TUESDAY, owes

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # the Wednesday begins in Chicago
WEDNESDAY = date(2026, 11, 25)


def late(account: Account, days: int, *, on: date = WEDNESDAY, **also: object) -> None:
    """So many days past due on that day, and ours since the autumn."""
    long_ago = TUESDAY - timedelta(days=60)
    Account.objects.filter(pk=account.pk).update(due_date=on - timedelta(days=days), created_at=long_ago, **also)


def moves() -> list[tuple[int, str, str, date]]:
    return list(BucketMove.objects.order_by("account", "on").values_list("account", "before", "after", "on"))


def told() -> list[dict[str, object]]:
    return [entry.told["facts"] for entry in Entry.objects.filter(event="accounts:buckets:moved").order_by("pk")]


@pytest.fixture
def known(larkfield: Organization) -> Organization:
    """Larkfield, whose Tuesday is written down."""
    move_buckets(at=TUESDAY)
    return larkfield


def test_who_passes_the_end_of_a_bucket_moves_and_the_log_counts(known, betty, omar, hana):
    late(betty, 1)
    late(omar, 31)
    late(hana, 32)
    assert move_buckets(at=MIDNIGHT + timedelta(minutes=10)) == 2
    assert moves() == [(betty.pk, "current", "1-30", WEDNESDAY), (omar.pk, "1-30", "31-60", WEDNESDAY)]
    (facts,) = told()
    assert facts["count"] == 2
    assert facts["moves"] == [
        {"from": "1-30", "to": "31-60", "accounts": 1},
        {"from": "current", "to": "1-30", "accounts": 1},
    ]


def test_a_second_run_of_the_day_finds_nothing(known, betty):
    late(betty, 31)
    assert [move_buckets(at=MIDNIGHT + timedelta(hours=hours)) for hours in (1, 2, 23)] == [1, 0, 0]
    assert len(moves()) == len(told()) == 1


def test_the_day_begins_at_the_organizations_own_midnight(known, betty):
    late(betty, 31)
    assert move_buckets(at=MIDNIGHT - timedelta(seconds=1)) == 0
    assert move_buckets(at=MIDNIGHT) == 1
    assert BucketMove.objects.get().at == MIDNIGHT


def test_missed_nights_are_made_up_for_each_on_its_own_day(known, betty, omar):
    late(betty, 31)
    late(omar, 58)
    assert move_buckets(at=MIDNIGHT + 40 * DAY) == 4
    assert moves() == [
        (betty.pk, "1-30", "31-60", WEDNESDAY),
        (betty.pk, "31-60", "61-90", WEDNESDAY + 30 * DAY),
        (omar.pk, "31-60", "61-90", WEDNESDAY + 3 * DAY),
        (omar.pk, "61-90", "91-180", WEDNESDAY + 33 * DAY),
    ]
    assert [(facts["first_day"], facts["last_day"]) for facts in told()] == [("2026-11-25", "2027-01-04")]


def test_missed_nights_across_the_change_of_the_clocks(larkfield, betty):
    AgedTo.objects.create(organization=larkfield, day=date(2026, 10, 31))
    late(betty, 31, on=date(2026, 11, 2), balance_minor=3000)
    Account.objects.update(created_at=TUESDAY - timedelta(days=90))
    assert move_buckets(at=TUESDAY) == 1
    assert BucketMove.objects.get().at == datetime(2026, 11, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize("state", [{"status": "paid"}, {"status": "closed"}, {"balance_minor": 0}], ids=str)
def test_who_owes_nothing_does_not_move(known, betty, state):
    late(betty, 31, **state)
    assert move_buckets(at=MIDNIGHT) == 0
    assert moves() == told() == []


def test_nobody_moves_before_they_came_to_us(known, betty):
    late(betty, 35)
    Account.objects.update(created_at=MIDNIGHT + DAY)
    assert move_buckets(at=MIDNIGHT + 10 * DAY) == 0


def test_each_organization_has_its_own_buckets_and_days(known, betty, stranger_org):
    Organization.objects.filter(pk=stranger_org.pk).update(aging_ends=[0, 10], time_zone="Pacific/Honolulu")
    other = owes(stranger_org, "Sid Other", "+14155550191")
    late(betty, 11)
    late(other, 11)
    assert move_buckets(at=MIDNIGHT) == 0
    assert move_buckets(at=MIDNIGHT + timedelta(hours=4)) == 1
    assert moves() == [(other.pk, "1-10", "11+", WEDNESDAY)]


def test_statements_do_not_depend_on_how_many_move_or_how_many_days(known, betty, omar, hana):
    for account in (betty, omar, hana):
        late(account, 31)
    with CaptureQueriesContext(connection) as many:
        assert move_buckets(at=MIDNIGHT + 200 * DAY) == 3 * 4
    assert len(many) <= 14
    with CaptureQueriesContext(connection) as idle:
        assert move_buckets(at=MIDNIGHT + 200 * DAY) == 0
    assert len(idle) == 2


def test_an_account_tells_its_moves(known, betty, api):
    late(betty, 31)
    move_buckets(at=MIDNIGHT)
    lines = api.get(f"/v1/accounts/{betty.public_id}/timeline").json()["items"]
    assert [line["sentence"] for line in lines if line["kind"] == "bucket_move"] == [
        "31-60 days past due from this day on, 1-30 before"
    ]


def test_the_report_counts_moves_by_day(known, betty, omar, api):
    late(betty, 31)
    late(omar, 59)
    move_buckets(at=MIDNIGHT + 5 * DAY)
    answer = api.get("/v1/reports/bucket-moves?start_date=2026-11-26&end_date=2026-11-27").json()
    assert answer == {
        "start_date": "2026-11-26",
        "end_date": "2026-11-27",
        "moves": [{"date": "2026-11-27", "before": "31-60", "after": "61-90", "accounts": 1}],
    }


@given(
    ends=st.sampled_from([[0], [0, 30, 60, 90, 180], [5, 6, 7], [0, 15, 400]]),
    late_by=st.integers(-50, 500),
    nights=st.integers(1, 60),
)
def test_moves_lead_from_the_first_days_bucket_to_the_last_days(ends, late_by, nights):
    first, last = WEDNESDAY, WEDNESDAY + nights * DAY
    due = first - timedelta(days=late_by)
    mine = [one for one in crossings(ends, after=first, until=last, time_zone="America/Chicago") if one.due == due]
    names = bucket_names(ends)
    here = names[sum(end < late_by for end in ends)]
    for one in sorted(mine, key=lambda one: one.on):
        assert one.before == here
        assert first < one.on <= last
        here = one.after
    assert here == names[sum(end < late_by + nights for end in ends)]
