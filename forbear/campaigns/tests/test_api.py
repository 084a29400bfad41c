"""`/v1/campaigns` as a program meets it."""

import csv
import io
from datetime import timedelta

import pytest

from forbear.campaigns.models import Campaign, Enrollment
from forbear.core import clock
from tests.cast import TUESDAY, owes
from tests.door import program_of
from tests.engine_room import broadcast, launch, list_of, template_of, turn

pytest_plugins = ["tests.door"]


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def posted(larkfield, betty):
    return {
        "name": "SMS 1-30DPD",
        "objective": "early reminders",
        "kind": "broadcast",
        "template_id": template_of(larkfield).public_id,
        "list_id": list_of(larkfield, [betty]).public_id,
        "start_date": "2026-11-24",
        "end_date": "2026-12-24",
    }


def test_a_campaign_is_posted_activated_and_read_to_its_results(api, posted, betty):
    made = api.post("/v1/campaigns", posted)
    assert made.status_code == 201
    campaign = made.json()
    assert {key: campaign[key] for key in posted} == posted
    assert (campaign["status"], campaign["version"]) == ("draft", None)
    path = f"/v1/campaigns/{campaign['id']}"
    active = api.post(f"{path}/activate").json()
    assert (active["status"], active["version"]) == ("active", 1)
    turn()
    assert api.get(path).json()["status"] == "completed"
    recipient = api.get(f"{path}/accounts").json()["items"][0]
    assert recipient["account_id"] == betty.public_id
    assert recipient["status"] == "delivered"
    assert "Hello Betty, $30.00 is open." in recipient["body"]
    kpis = api.get(f"{path}/kpis").json()
    assert kpis == {
        "total_accounts": 1,
        "contacted": 1,
        "contact_rate": 1.0,
        "promises": 0,
        "recovered": [],
        "progress": 1.0,
    }
    sheet = b"".join(api.get(f"{path}/results.csv")).decode()
    assert [row["status"] for row in csv.DictReader(io.StringIO(sheet))] == ["delivered"]
    assert b"".join(api.get(f"{path}/results.xlsx"))[:2] == b"PK"


def test_only_a_draft_can_be_changed_and_only_what_is_given_changes(api, posted):
    path = f"/v1/campaigns/{api.post('/v1/campaigns', posted).json()['id']}"
    changed = api.patch(path, {"name": "Renamed", "sender_id": None}).json()
    assert (changed["name"], changed["objective"], changed["list_id"]) == (
        "Renamed",
        posted["objective"],
        posted["list_id"],
    )
    assert list(api.patch(path, {"status": "active"}).json()["fields"]) == ["status"]
    assert api.patch(path, {"end_date": "2026-11-01"}).status_code == 422
    api.post(f"{path}/activate")
    refused = api.patch(path, {"name": "Too late"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "not_draft"


def test_every_move_that_is_not_legal_answers_409_with_a_sentence(api, posted):
    path = f"/v1/campaigns/{api.post('/v1/campaigns', posted).json()['id']}"
    for verb in ("pause", "resume", "complete", "enqueue", "cancel-launch"):
        answer = api.post(f"{path}/{verb}")
        assert (answer.status_code, answer.json()["error"][-1]) == (409, ".")
    assert api.post(f"{path}/activate").status_code == 200
    assert api.post(f"{path}/activate").json()["code"] == "already_launched"


def test_a_launch_can_be_scheduled_and_taken_back(api, posted):
    path = f"/v1/campaigns/{api.post('/v1/campaigns', posted).json()['id']}"
    assert api.post(f"{path}/schedule", {"launch_at": "2026-11-23T15:00:00Z"}).status_code == 422
    scheduled = api.post(f"{path}/schedule", {"launch_at": "2026-11-25T15:00:00Z"}).json()
    assert scheduled["launch_at"] == "2026-11-25T15:00:00Z"
    assert api.post(f"{path}/cancel-launch").json()["launch_at"] is None


def test_accounts_join_by_id_by_list_or_by_what_they_are(api, posted, larkfield, omar, hana):
    late = owes(larkfield, "Late Person", "+14155550188", due_date=TUESDAY.date() - timedelta(days=45))
    path = f"/v1/campaigns/{api.post('/v1/campaigns', posted).json()['id']}/accounts"
    assert api.post(path, {"account_ids": [omar.public_id]}).json() == {"enrolled": 1, "refused": {}}
    assert api.post(path, {"account_ids": [omar.public_id, hana.public_id]}).json() == {"enrolled": 1, "refused": {}}
    assert api.post(path, {"list_id": posted["list_id"]}).json() == {"enrolled": 1, "refused": {}}
    assert api.post(path, {"filter": {"bucket": "31-60"}}).json() == {"enrolled": 1, "refused": {}}
    assert Enrollment.objects.filter(account=late).exists()
    assert api.post(path, {"account_ids": ["acc_nobody"]}).status_code == 404
    for wrong in ({}, {"list_id": posted["list_id"], "account_ids": [omar.public_id]}, {"filter": {}}):
        assert api.post(path, wrong).status_code == 422


def test_enqueue_answers_how_many_and_twice_is_harmless(api, larkfield, hana):
    campaign = broadcast(larkfield, [hana], end_date=TUESDAY.date() + timedelta(days=5))
    launch(campaign)
    answer = {"enqueued": 0, "already_queued": 1, "refused": {}}
    for _ in range(2):
        assert api.post(f"/v1/campaigns/{campaign.public_id}/enqueue").json() == answer


def test_a_key_without_the_scope_runs_nothing_and_a_stranger_finds_nothing(larkfield, stranger_org, betty):
    campaign = broadcast(larkfield, [betty])
    path = f"/v1/campaigns/{campaign.public_id}"
    reader = program_of(larkfield, ["campaigns:read"])
    assert reader.get(path).status_code == 200
    assert reader.post(f"{path}/activate").status_code == 403
    assert reader.delete(path).status_code == 403
    other = program_of(stranger_org)
    unknown = other.get("/v1/campaigns/cmp_nothing")
    for verb in ("", "/kpis", "/accounts", "/results.csv"):
        answer = other.get(path + verb)
        assert (answer.status_code, answer.json()) == (404, unknown.json())
    assert other.delete(path).status_code == 404
    assert Campaign.objects.get().status == "draft"


def test_the_list_pages_and_filters(api, larkfield, betty):
    people = list_of(larkfield, [betty])
    template = template_of(larkfield)
    for number in range(5):
        broadcast(larkfield, [], name=f"Number {number}", contact_list=people, template=template)
    first = api.get("/v1/campaigns", limit=2).json()
    second = api.get("/v1/campaigns", limit=2, cursor=first["next_cursor"]).json()
    names = [item["name"] for page in (first, second) for item in page["items"]]
    assert names == ["Number 4", "Number 3", "Number 2", "Number 1"]
    assert api.get("/v1/campaigns", status="active").json()["items"] == []
