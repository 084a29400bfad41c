"""A campaign with a strategy while it stands: newer versions, more accounts, duplicates, deletion, edits."""

from django.urls import reverse

from forbear.accounts.models import Account
from forbear.accounts.segments import save_segment
from forbear.campaigns.models import Campaign, Enrollment
from forbear.dispatch.models import QueueItem
from forbear.strategies.actions import edit_strategy
from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.waits import parse_wait
from tests.engine_room import list_of, turn

from .test_portfolio_pages import BY, desk, drafted, gentle, press, shown, tuesday

__all__ = ["desk", "tuesday"]


def test_the_newest_version_is_offered_and_accounts_move_only_when_told(desk, larkfield, betty, omar):
    strategy = gentle(larkfield)
    campaign = drafted(desk, list_of(larkfield, [betty, omar]), strategy)
    press(desk, campaign, "activate")
    turn()
    assert "Migrate to version" not in shown(desk, campaign).content.decode()
    plan = Plan((StepPlan("sms", wait=parse_wait("1d")), StepPlan("sms"), StepPlan("sms")))
    newest = edit_strategy(strategy=strategy, plan=plan, **BY)
    assert "Migrate to version 2" in shown(desk, campaign).content.decode()
    assert set(Enrollment.objects.values_list("version_id", flat=True)) != {newest.pk}
    page = press(desk, campaign, "migrate").content.decode()
    assert "2 accounts go on in the newest version" in page
    assert set(Enrollment.objects.values_list("version_id", flat=True)) == {newest.pk}


def test_accounts_are_added_and_who_walks_elsewhere_stays_there(desk, larkfield, betty, omar):
    first = drafted(desk, list_of(larkfield, [betty], name="One"), gentle(larkfield), name="First")
    second = drafted(desk, None, gentle(larkfield, "Second"), name="Second")
    people = list_of(larkfield, [betty, omar], name="Both")
    url = reverse("campaign_accounts", args=[second.public_id])
    assert desk.post(url, {"contact_list": ""}).status_code == 422
    page = desk.post(url, {"contact_list": people.public_id}, follow=True).content.decode()
    assert "1 account joined (1 refused: already in a campaign)." in page
    assert set(second.enrollments.values_list("account", flat=True)) == {omar.pk}
    assert set(first.enrollments.values_list("account", flat=True)) == {betty.pk}


def test_a_segment_feeds_a_draft(desk, larkfield, stranger_org, betty, omar):
    """Whoever answers to it now; others stay outside."""
    Account.objects.filter(pk=omar.pk).update(score=80)
    segment = save_segment(organization=larkfield, name="Promising", words={"score_from": "50"}, **BY)
    theirs = save_segment(organization=stranger_org, name="Theirs", words={"score_from": "1"}, **BY)
    campaign = drafted(desk, strategy=gentle(larkfield), segment=segment.public_id)
    assert set(campaign.enrollments.values_list("account", flat=True)) == {omar.pk}
    url = reverse("campaign_accounts", args=[campaign.public_id])
    assert theirs.public_id not in desk.get(url).content.decode()
    assert desk.post(url, {"segment": theirs.public_id}).status_code == 422
    assert "0 accounts joined." in desk.post(url, {"segment": segment.public_id}, follow=True).content.decode()


def test_a_duplicate_is_a_draft_without_accounts(desk, larkfield, betty):
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    press(desk, campaign, "activate")
    page = press(desk, campaign, "duplicate")
    copy = Campaign.objects.latest("pk")
    assert (copy.status, copy.name, copy.strategy_version) == ("draft", "Autumn (copy)", campaign.strategy_version)
    assert page.context["campaign"] == copy
    assert not copy.enrollments.exists()


def test_delete_asks_with_counts_and_unassigns(desk, larkfield, betty, omar):
    """CMP-18."""
    campaign = drafted(desk, list_of(larkfield, [betty, omar]), gentle(larkfield))
    press(desk, campaign, "activate")
    press(desk, campaign, "enqueue")
    asks = desk.get(reverse("campaign_act", args=[campaign.public_id, "delete"])).content.decode()
    assert "2 planned contacts are cancelled." in asks
    assert "2 accounts end their walk" in asks
    press(desk, campaign, "delete")
    assert not Campaign.objects.exists()
    assert not Enrollment.objects.exists()
    assert set(QueueItem.objects.values_list("status", flat=True)) == {"cancelled"}
    assert Account.objects.filter(pk__in=[betty.pk, omar.pk]).count() == 2


def test_a_running_campaign_is_edited_but_for_its_start(desk, larkfield, betty):
    campaign = drafted(desk, list_of(larkfield, [betty]), gentle(larkfield))
    press(desk, campaign, "activate")
    values = {"name": "Winter", "objective": "", "strategy": "", "start_date": "2026-01-01", "end_date": "2027-01-31"}
    values["strategy"] = campaign.strategy_version.strategy.public_id
    desk.post(reverse("campaign_edit", args=[campaign.public_id]), values)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.start_date.year, campaign.end_date.year) == ("Winter", 2026, 2027)
    assert campaign.start_date.month == 11
