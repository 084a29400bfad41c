"""Cases and disputes through their doors."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.cases.actions import escalate
from forbear.cases.disputing import open_dispute
from forbear.cases.models import Dispute, Escalation
from forbear.core import clock
from tests.cast import TUESDAY, owes

BY = {"actor": "system", "at": TUESDAY}


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def desk(client, dana):
    client.force_login(dana)
    return client


def test_a_program_escalates_takes_and_resolves(api, betty):
    made = api.post("/v1/escalations", {"account_id": betty.public_id, "reason": "legal", "notes": "A writ"}).json()
    assert (made["status"], made["high_priority"], made["taken_by"]) == ("pending", True, None)
    case = f"/v1/escalations/{made['id']}"
    assert api.post(f"{case}/resolve", {"outcome": "resolved", "notes": "Done"}).status_code == 409
    assert api.post(f"{case}/take").json()["status"] == "taken"
    assert api.post(f"{case}/take").json()["code"] == "case_taken"
    assert api.post(f"{case}/resolve", {"outcome": "resolved", "notes": ""}).status_code == 422
    done = api.post(f"{case}/resolve", {"outcome": "return_to_auto", "notes": "Settled"}).json()
    assert (done["status"], done["outcome"], done["resolution"]) == ("resolved", "return_to_auto", "Settled")
    assert api.get(f"/v1/accounts/{betty.public_id}").json()["status"] == "in_auto_management"


def test_the_longest_waiting_stands_first(api, desk, betty, omar):
    escalate(account=omar, reason="max_attempts", actor="system", at=TUESDAY - timedelta(hours=30))
    escalate(account=betty, reason="max_attempts", **BY)
    listed = api.get("/v1/escalations", status="pending").json()["items"]
    assert [(one["account_id"], one["high_priority"]) for one in listed] == [
        (omar.public_id, True), (betty.public_id, False),
    ]  # fmt: skip
    page = desk.get("/escalations").content.decode()
    assert page.index("Omar") < page.index("Betty")
    assert "1 day ago" in page


def test_a_person_takes_and_resolves(desk, dana, betty):
    assert desk.post(f"/accounts/{betty.public_id}/escalate", {"reason": "legal", "notes": ""}).status_code == 302
    case = Escalation.objects.get()
    assert desk.post(f"/escalations/{case.public_id}/take")["Location"] == f"/accounts/{betty.public_id}"
    assert "Dana Kern" in desk.get("/escalations").content.decode()
    assert desk.post(f"/escalations/{case.public_id}/resolve", {"outcome": "resolved"}).status_code == 422
    desk.post(f"/escalations/{case.public_id}/resolve", {"outcome": "resolved", "notes": "Spoke to her"})
    case.refresh_from_db()
    assert (case.status, case.resolved_by) == ("resolved", dana.actor)
    assert "Spoke to her" in desk.get("/escalations?status=all").content.decode()


def test_a_program_disputes(api, betty):
    made = api.post("/v1/disputes", {"account_id": betty.public_id, "reason": "Not mine"})
    assert (made.status_code, made.json()["status"], made.json()["source"]) == (201, "open", "api")
    dispute = f"/v1/disputes/{made.json()['id']}"
    assert (
        api.post("/v1/disputes", {"account_id": betty.public_id, "reason": "Again"}).json()["code"] == "dispute_stands"
    )
    assert len(api.get("/v1/holds", standing="true").json()["items"]) == 1
    assert api.post(f"{dispute}/investigate").json()["status"] == "investigating"
    assert api.post(f"{dispute}/resolve", {"status": "open", "notes": "x"}).status_code == 422
    assert api.post(f"{dispute}/resolve", {"status": "rejected", "notes": "Signed"}).json()["closed_at"]
    assert api.post(f"{dispute}/resolve", {"status": "rejected", "notes": "Signed"}).status_code == 409
    assert api.get("/v1/holds", standing="true").json()["items"] == []


def test_a_person_closes_a_dispute(desk, betty):
    desk.post(f"/accounts/{betty.public_id}/dispute", {"reason": "=cmd()"})
    dispute = Dispute.objects.get()
    desk.post(f"/disputes/{dispute.public_id}/investigate")
    assert "Investigating" in desk.get("/disputes?status=standing").content.decode()
    desk.post(f"/disputes/{dispute.public_id}/close", {"status": "rejected", "notes": "Signed"})
    dispute.refresh_from_db()
    assert dispute.status == "rejected"
    assert "'=cmd()" in b"".join(desk.get("/disputes.csv").streaming_content).decode()


def test_the_pages_keep_to_their_budgets(desk, larkfield, django_assert_max_num_queries):
    for number in range(12):
        account = owes(larkfield, f"Ann Nr{number}", f"+1415555{number:04}")
        escalate(account=account, reason="legal", **BY)
        open_dispute(account=account, reason="Not mine", **BY)
    for path in ("/escalations", "/disputes"):
        desk.get(path)
        with django_assert_max_num_queries(12):
            assert desk.get(path).status_code == 200
