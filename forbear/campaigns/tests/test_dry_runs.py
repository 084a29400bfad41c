"""Dry runs at the door: small ones at once, large ones by a worker, kept for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from forbear.campaigns import actions, dry_runs
from forbear.campaigns.models import DryRun
from forbear.core import clock
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ
from tests.door import program_of
from tests.engine_room import broadcast

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def campaign(larkfield, betty, hana):
    return broadcast(larkfield, [betty, hana], end_date=TUESDAY.date() + 9 * DAY)


@pytest.fixture
def large(monkeypatch):
    """Two accounts are many here."""
    monkeypatch.setattr(dry_runs, "AT_ONCE", 1)


def path(campaign, run=""):
    return f"/v1/campaigns/{campaign.public_id}/dry-run{run and f'/{run}'}"


def test_a_small_one_is_answered_at_once(api, campaign, betty):
    answer = api.post(path(campaign), {"days": 2})
    told = answer.json()
    assert answer.status_code == 200
    assert (told["campaign_id"], told["from"]) == (campaign.public_id, "2026-11-24")
    assert told["days"][0] == {
        "date": "2026-11-24", "would_send": 2, "held": 0, "refused": 0, "needs_person": 0, "segments": 2, "cost": None,
    }  # fmt: skip
    assert told["held"][0]["rule"] == "own.hours"
    assert told["samples"][0]["account_id"] == betty.public_id
    assert not DryRun.objects.exists()


def test_fourteen_days_unless_told(api, campaign):
    assert len(api.post(path(campaign)).json()["days"]) == 14


@pytest.mark.parametrize("days", [0, 61, "7", 1.5])
def test_days_are_from_one_to_sixty(api, campaign, days):
    assert api.post(path(campaign), {"days": days}).status_code == 422


def test_a_large_one_is_walked_by_a_worker(api, campaign, large):
    answer = api.post(path(campaign), {"days": 3})
    run = answer.json()
    assert (answer.status_code, run["status"], run["result"]) == (202, "queued", None)
    assert api.post(path(campaign), {"days": 3}).json()["id"] == run["id"]
    job = ProcrastinateJob.objects.get(task_name="campaigns.rehearse")
    dry_runs.walk(**job.args, at=TUESDAY)
    told = api.get(path(campaign, run["id"])).json()
    assert (told["status"], told["done"], told["total"]) == ("completed", 2, 2)
    assert told["result"]["totals"]["would_send"] == 2
    assert api.post(path(campaign), {"days": 3}).json()["id"] != run["id"]


def test_a_fault_is_told_and_can_be_tried_again(campaign, monkeypatch):
    run = dry_runs.ask_for_dry_run(campaign=campaign, days=3, actor="system", at=TUESDAY)
    with monkeypatch.context() as broken:
        broken.setattr(dry_runs, "rehearse", lambda *_, **__: 1 / 0)
        dry_runs.walk(run.pk, at=TUESDAY)
    run.refresh_from_db()
    assert (run.status, run.error) == ("failed", dry_runs.FAULT)
    assert dry_runs.ask_for_dry_run(campaign=campaign, days=3, actor="system", at=TUESDAY) != run


def test_what_was_kept_is_forgotten_after_a_day(campaign):
    dry_runs.ask_for_dry_run(campaign=campaign, days=3, actor="system", at=TUESDAY)
    assert dry_runs.forget_dry_runs(at=TUESDAY + DAY) == 0
    assert dry_runs.forget_dry_runs(at=TUESDAY + DAY + timedelta(seconds=1)) == 1


def test_a_completed_campaign_is_refused_and_a_strangers_is_not_there(api, campaign, stranger_org):
    assert program_of(stranger_org).post(path(campaign)).status_code == 404
    run = dry_runs.ask_for_dry_run(campaign=campaign, days=3, actor="system", at=TUESDAY)
    assert program_of(stranger_org).get(path(campaign, run.public_id)).status_code == 404
    actions.activate(campaign=campaign, actor="system", at=TUESDAY)
    actions.complete(campaign=campaign, actor="system", at=TUESDAY)
    answer = api.post(path(campaign))
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_rehearse")


def test_a_draft_without_a_message_says_what_is_missing(api, larkfield, betty):
    campaign = broadcast(larkfield, [betty])
    actions.edit_campaign(campaign=campaign, changes={"template": None}, actor="system", at=TUESDAY)
    told = api.post(path(campaign)).json()
    assert told["totals"]["accounts"] == 0
    assert [one["say"] for one in told["warnings"]] == ["Choose a message."]


def test_the_scopes_are_those_of_campaigns(larkfield, campaign):
    assert program_of(larkfield, ["campaigns:read"]).post(path(campaign)).status_code == 403
    assert program_of(larkfield, ["campaigns:write"]).post(path(campaign)).status_code == 200


class TestPage:
    @pytest.fixture
    def page(self, campaign, dana):
        client = Client()
        client.force_login(dana)
        address = reverse("campaign_dry_run", args=[campaign.public_id])
        return lambda method="get", **given: getattr(client, method)(address, given)

    def test_a_calendar_with_reasons_samples_and_their_law(self, page, larkfield, campaign):
        text = page(days=7).content.decode()
        assert "24 today<b>2</b>" in text
        assert "holiday" in text  # Thanksgiving
        assert "Hello Betty, $30.00 is open." in text
        assert f"{reverse('settings_law')}#OWN-LIMITS" in text
        assert not DryRun.objects.exists()

    def test_a_large_one_is_started_shows_how_far_it_is_and_survives_a_reload(self, page, campaign, large):
        assert "Not tried yet" in page(days=7).content.decode()
        assert page("post", days=7).status_code == 302
        assert "Waits for a worker" in page(days=7).content.decode()
        DryRun.objects.update(status="running", done=1)
        assert "1 of 2 accounts" in page(days=7).content.decode()
        dry_runs.walk(DryRun.objects.get().pk, at=TUESDAY)
        text = page(days=7).content.decode()
        assert "24 today<b>2</b>" in text
        assert "Run again" in text

    def test_a_completed_campaign_has_none(self, page, campaign):
        actions.activate(campaign=campaign, actor="system", at=TUESDAY)
        actions.complete(campaign=campaign, actor="system", at=TUESDAY)
        assert page().status_code == 302

    def test_whoever_only_looks_starts_nothing(self, larkfield, campaign, large):
        client = Client()
        client.force_login(employ(larkfield, "Ann Analyst", Role.ANALYST))
        address = reverse("campaign_dry_run", args=[campaign.public_id])
        assert client.post(address).status_code == 403
        text = client.get(address).content.decode()
        assert "Somebody who may change campaigns has to start it." in text
        assert '<form method="post">' not in text
