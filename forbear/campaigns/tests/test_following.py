"""Campaigns that follow: newcomers of a list or a segment join by night, once, and are planned like the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forbear.accounts.models import Account, ListMember
from forbear.accounts.segments import save_segment
from forbear.campaigns import actions, planner
from forbear.campaigns.following import follow
from forbear.campaigns.models import Campaign
from forbear.compliance.models import Entry
from forbear.dispatch.models import QueueItem
from forbear.strategies.actions import activate_strategy, create_strategy
from forbear.strategies.plans import Plan, StepPlan
from tests.cast import TUESDAY, owes
from tests.engine_room import list_of, template_of

DAY = timedelta(days=1)
NIGHT = datetime(2026, 11, 25, 6, 15, tzinfo=UTC)  # a quarter past midnight in Chicago
BY = {"actor": "system", "at": TUESDAY}


@pytest.fixture
def people(larkfield, betty):
    return list_of(larkfield, [betty])


def campaign_of(organization, name="Autumn", **also) -> Campaign:
    """Active since Tuesday; it follows."""
    plan = Plan((StepPlan("sms", template_id=template_of(organization, name=f"{name} text").pk),))
    strategy = create_strategy(organization=organization, name=f"{name} plan", kind="soft_approach", plan=plan, **BY)
    activate_strategy(strategy=strategy, **BY)
    values = {"start_date": TUESDAY.date(), "end_date": TUESDAY.date() + 10 * DAY, "follow_list": True}
    draft = actions.create_campaign(
        organization=organization, kind="portfolio", name=name, strategy_version=strategy.versions.get(),
        **values | also, **BY,
    )  # fmt: skip
    return actions.activate(campaign=draft, **BY)


def join(people, *accounts: Account) -> None:
    ListMember.objects.bulk_create(ListMember(contact_list=people, account=account) for account in accounts)


def members(campaign: Campaign) -> set[int]:
    return set(campaign.enrollments.values_list("account", flat=True))


def test_who_came_to_the_list_joins_by_night_and_is_planned(larkfield, people, betty, omar):
    campaign = campaign_of(larkfield, contact_list=people)
    planner.plan_due_steps(at=TUESDAY)
    join(people, omar)
    assert follow(at=TUESDAY + timedelta(hours=1)) == 0
    assert follow(at=NIGHT) == 1
    assert members(campaign) == {betty.pk, omar.pk}
    assert planner.plan_due_steps(at=NIGHT) == 1
    assert set(QueueItem.objects.values_list("account", flat=True)) == {betty.pk, omar.pk}
    entry = Entry.objects.get(event="campaigns:accounts:enrolled")
    assert entry.told["facts"] == {"enrolled": 1, "follows": "list"}


def test_a_second_look_on_the_same_day_takes_nobody(larkfield, people, omar, hana):
    campaign = campaign_of(larkfield, contact_list=people)
    join(people, omar)
    assert follow(at=NIGHT) == 1
    join(people, hana)
    assert [follow(at=NIGHT), follow(at=NIGHT + timedelta(hours=20))] == [0, 0]
    assert follow(at=NIGHT + 4 * DAY) == 1
    assert hana.pk in members(campaign)


def test_its_own_midnight_counts(larkfield, people, omar):
    campaign_of(larkfield, contact_list=people, time_zone="Pacific/Honolulu")
    join(people, omar)
    assert follow(at=NIGHT) == 0
    assert follow(at=NIGHT + timedelta(hours=4)) == 1


def test_who_walks_elsewhere_or_has_paid_does_not_join(larkfield, people, omar, hana):
    campaign_of(larkfield, contact_list=list_of(larkfield, [omar], name="Others"), name="Other")
    campaign = campaign_of(larkfield, contact_list=people)
    Account.objects.filter(pk=hana.pk).update(status="paid")
    join(people, omar, hana)
    assert follow(at=NIGHT) == 0
    assert omar.pk not in members(campaign)


@pytest.mark.parametrize("verb", ["pause", "complete"])
def test_only_one_that_runs_follows(larkfield, people, omar, verb):
    campaign = campaign_of(larkfield, contact_list=people)
    getattr(actions, verb)(campaign=campaign, **BY)
    join(people, omar)
    assert follow(at=NIGHT) == 0


def test_one_that_does_not_follow_stays_as_it_is(larkfield, people, omar):
    campaign = campaign_of(larkfield, contact_list=people, follow_list=False)
    join(people, omar)
    assert follow(at=NIGHT) == 0
    actions.edit_campaign(campaign=campaign, changes={"follow_list": True}, **BY)
    assert follow(at=NIGHT) == 1


def test_days_outside_of_its_own_bring_nobody(larkfield, people, omar):
    campaign_of(larkfield, contact_list=people)
    join(people, omar)
    assert follow(at=NIGHT + 10 * DAY) == 0


def test_a_segment_is_asked_anew_each_night(larkfield, betty, omar, hana):
    segment = save_segment(organization=larkfield, name="Second month", words={"bucket": "31-60"}, **BY)
    Account.objects.filter(pk=omar.pk).update(due_date=TUESDAY.date() - 31 * DAY)
    Account.objects.filter(pk=betty.pk).update(due_date=TUESDAY.date() - 30 * DAY)
    campaign = campaign_of(larkfield, segment=segment)
    assert members(campaign) == {omar.pk}
    assert follow(at=NIGHT) == 1
    assert members(campaign) == {omar.pk, betty.pk}


def test_a_segment_may_ask_for_anything_that_is_written(larkfield, betty):
    Account.objects.filter(pk=betty.pk).update(fields={"rate": "100% {fixed} 'so'"})
    segment = save_segment(
        organization=larkfield, name="Odd", words={"field": "rate", "value": "100% {fixed} 'so'"}, **BY
    )
    assert members(campaign_of(larkfield, segment=segment)) == {betty.pk}


def test_a_program_lets_a_campaign_follow_a_segment(api, larkfield, stranger_org):
    mine, other = (
        save_segment(organization=each, name="All", words={"amount_from": "1"}, **BY)
        for each in (larkfield, stranger_org)
    )
    given = {"name": "Autumn", "kind": "portfolio", "start_date": "2026-11-24", "end_date": "2026-12-24"}
    told = api.post("/v1/campaigns", {**given, "segment_id": mine.public_id, "follow_list": True}).json()
    assert (told["segment_id"], told["follow_list"]) == (mine.public_id, True)
    assert api.post("/v1/campaigns", {**given, "segment_id": other.public_id}).status_code == 404


def test_statements_do_not_depend_on_how_many_join(larkfield, people):
    def statements(first: int, count: int, at: datetime) -> int:
        join(people, *(owes(larkfield, f"Nell {n}", f"+1415555{n:04}") for n in range(first, first + count)))
        with CaptureQueriesContext(connection) as queries:
            assert follow(at=at) == count
        return len(queries)

    campaign_of(larkfield, contact_list=people)
    few = statements(100, 1, NIGHT)
    assert statements(110, 25, NIGHT + DAY) <= few <= 25


@pytest.mark.parametrize("follows", [True, False])
def test_a_draft_may_follow_the_list_it_was_fed_from(dana, people, follows):
    desk = Client()
    desk.force_login(dana)
    given = {"name": "New", "start_date": "2026-11-24", "end_date": "2099-12-31", "contact_list": people.public_id}
    answer = desk.post(reverse("campaign_portfolio_new"), given | ({"follow_list": "on"} if follows else {}))
    assert answer.status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.contact_list, campaign.follow_list) == ((people, True) if follows else (None, False))
    assert campaign.enrollments.count() == 1
