"""A night that breaks for one organization is the others' night all the same, and the operator sees that it broke."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from forbear.accounts.buckets import move_buckets
from forbear.accounts.models import Account, BucketMove
from forbear.accounts.scorecard import score_everywhere
from forbear.commands import doctor
from forbear.core.money import Money
from forbear.core.one_by_one import LeftOut
from forbear.documents import following, lending
from forbear.documents.tests.test_pages import lease
from forbear.payments.promising import make_promise, overdue_promises
from forbear.staff.models import Organization
from tests.cast import TUESDAY, found, owes

BY = {"actor": "system", "at": TUESDAY}
NEXT_WEEK = TUESDAY + timedelta(days=7)


@pytest.fixture
def houses(db: None) -> list[Organization]:
    """Three; the zone of the one in the middle is none that anybody knows."""
    return [found(name) for name in ("Alder Recovery", "Beech Recovery", "Cedar Recovery")]


def break_the_second(houses: list[Organization]) -> None:
    Organization.objects.filter(pk=houses[1].pk).update(time_zone="Nowhere/Nothing")


def test_days_past_due_move_for_the_others(houses):
    for number, house in enumerate(houses):
        account = owes(house, "Betty Ruble", f"+1415555010{number}")
        long_ago = TUESDAY - timedelta(days=60)
        Account.objects.filter(pk=account.pk).update(due_date=date(2026, 11, 25), created_at=long_ago)
    move_buckets(at=TUESDAY)
    break_the_second(houses)
    with pytest.raises(LeftOut):
        move_buckets(at=NEXT_WEEK)
    assert moved_of(BucketMove.objects) == {houses[0].pk, houses[2].pk}


def moved_of(rows) -> set[int]:
    return set(rows.values_list("organization_id", flat=True))


def test_scores_are_the_others(houses):
    for number, house in enumerate(houses):
        owes(house, "Betty Ruble", f"+1415555010{number}")
    Organization.objects.update(scores_nightly=True)
    break_the_second(houses)
    with pytest.raises(LeftOut):
        score_everywhere(at=NEXT_WEEK)
    assert moved_of(Account.objects.filter(score__isnull=False)) == {houses[0].pk, houses[2].pk}


def test_loans_fall_behind_for_the_others(houses):
    loans = []
    for house in houses:
        loans.append(lease(house, status="CURRENT", due_date=date(2026, 11, 25)).loan)
        lending.let_due_dates_decide(organization=house, derive=True, **BY)
    break_the_second(houses)
    with pytest.raises(LeftOut):
        following.derive_everywhere(at=NEXT_WEEK)
    for loan in loans:
        loan.refresh_from_db()
    assert [loan.status for loan in loans] == ["BEHIND", "CURRENT", "BEHIND"]


def test_promises_are_overdue_for_the_others(houses):
    promises = []
    for number, house in enumerate(houses):
        account = owes(house, "Betty Ruble", f"+1415555010{number}")
        promises.append(make_promise(account=account, amount=Money(100, "USD"), due_on=date(2026, 11, 25), **BY))
    break_the_second(houses)
    with pytest.raises(LeftOut):
        overdue_promises(at=NEXT_WEEK)
    for promise in promises:
        promise.refresh_from_db()
    assert [promise.status for promise in promises] == ["overdue", "active", "overdue"]


_FAILED = """
WITH job AS (INSERT INTO procrastinate_jobs (queue_name, task_name, status)
    VALUES ('housekeeping', 'accounts.score', 'failed') RETURNING id)
INSERT INTO procrastinate_events (job_id, type, at) SELECT id, 'failed', now() - %s::interval FROM job"""


@pytest.mark.parametrize(("ago", "told"), [("2 hours", 1.0), ("2 days", None)])
def test_the_operator_sees_a_job_that_broke_lately(client: Client, db: None, ago: str, told: float | None):
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [ago])
    text = client.get("/metrics").content.decode()
    failed = {family.name: family for family in text_string_to_metric_families(text)}["forbear_jobs_failed"]
    assert [sample.value for sample in failed.samples] == ([told] if told else [])
    looked = doctor.jobs()
    assert looked.ok is (told is None)
    assert ("accounts.score" in looked.sentence) is (told is not None)
