"""Documents over HTTP, as programs of other makers ask: each documented behaviour as a row or a short story."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forbear.compliance.models import Entry
from forbear.core import clock
from tests.cast import TUESDAY
from tests.door import Program, program_of

from .asking import BORROWER, LOAN, START, behind, entries, started, tractor


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


def test_a_title_and_a_kind_are_enough(api: Program) -> None:
    made = tractor(api)
    assert made["loan"] is None
    assert made["borrower"] is None
    assert made["description"] is None
    assert made["id"].startswith("doc_")
    assert made["createdAt"] == made["updatedAt"] == "2026-11-24T16:42:00Z"
    assert api.get(f"/v1/documents/{made['id']}").json()["document"] == made


LONG = "x" * 200
GOOD = {"title": "Tractor", "chattelType": "vehicle"}
SHAPES = [
    ({"title": ""}, "title"),
    ({"title": "   "}, "title"),
    ({"title": LONG + "x"}, "title"),
    ({"title": None}, "title"),
    ({"title": 7}, "title"),
    ({"description": "x" * 2001}, "description"),
    ({"chattelType": "spaceship"}, "chattelType"),
    ({"chattelType": None}, "chattelType"),
    ({"colour": "red"}, "colour"),
    ({"loan": {**LOAN, "originalAmount": -1}}, "loan.originalAmount"),
    ({"loan": {**LOAN, "remainingAmount": -0.01}}, "loan.remainingAmount"),
    ({"loan": {**LOAN, "originalAmount": "42000"}}, "loan.originalAmount"),
    ({"loan": {**LOAN, "originalAmount": True}}, "loan.originalAmount"),
    ({"loan": {**LOAN, "originalAmount": 10.001}}, "loan.originalAmount"),
    ({"loan": {**LOAN, "currency": "JPY", "remainingAmount": 10.5}}, "loan.remainingAmount"),
    ({"loan": {**LOAN, "providerName": "x" * 121}}, "loan.providerName"),
    ({"loan": {**LOAN, "providerName": ""}}, "loan.providerName"),
    ({"loan": {**LOAN, "currency": "US"}}, "loan.currency"),
    ({"loan": {**LOAN, "currency": "USDX"}}, "loan.currency"),
    ({"loan": {**LOAN, "currency": "ABC"}}, "loan.currency"),
    ({"loan": {**LOAN, "maturityDate": "2026-02-30"}}, "loan.maturityDate"),
    ({"loan": {**LOAN, "maturityDate": "soon"}}, "loan.maturityDate"),
    ({"loan": {**LOAN, "dueDate": 20261022}}, "loan.dueDate"),
    ({"loan": {**LOAN, "status": "LATE"}}, "loan.status"),
    ({"loan": {**LOAN, "status": "behind"}}, "loan.status"),
    ({"loan": {"providerName": "Bluepine Credit", "originalAmount": 1}}, "loan.remainingAmount"),
    ({"borrower": {"phone": "402-555-0119"}}, "borrower.lastName"),
    ({"borrower": {**BORROWER, "phone": "12"}}, "borrower.phone"),
    ({"borrower": {**BORROWER, "email": "nowhere"}}, "borrower.email"),
    ({"borrower": {**BORROWER, "timeZone": "Mars/Olympus"}}, "borrower.timeZone"),
]


@pytest.mark.parametrize(("also", "field"), SHAPES, ids=[f"{field}-{n}" for n, (_, field) in enumerate(SHAPES)])
def test_what_cannot_be_kept_is_400_and_named(api: Program, also: dict[str, Any], field: str) -> None:
    answer = api.post("/v1/documents", GOOD | also)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not Entry.objects.filter(event__startswith="documents:").exists()


def test_an_unknown_kind_has_a_message_of_its_own(api: Program) -> None:
    answer = api.post("/v1/documents", GOOD | {"chattelType": "spaceship"}).json()
    assert answer["code"] == "unknown_chattel_type"
    assert answer["error"].startswith("Invalid chattelType")


@pytest.mark.parametrize("also", [{"title": LONG}, {"description": "x" * 2000}, {"description": None}])
def test_the_longest_words_are_kept(api: Program, also: dict[str, Any]) -> None:
    made = tractor(api, **also)
    assert {name: made[name] for name in also} == also


def test_a_loan_is_current_in_dollars_unless_told(api: Program) -> None:
    loan = tractor(api, loan=LOAN)["loan"]
    assert (loan["status"], loan["currency"]) == ("CURRENT", "USD")
    assert (loan["originalAmount"], loan["remainingAmount"]) == (42000, 18420.5)
    assert loan["maturityDate"] is None
    assert loan["dueDate"] is None


def test_a_loan_is_worked_as_an_account_with_the_same_balance(api: Program) -> None:
    made = tractor(api, loan={**LOAN, "dueDate": "2026-10-22"}, borrower=BORROWER)
    account = api.get(f"/v1/accounts/{made['loan']['accountId']}").json()
    assert account["balance"] == {"amount": "18420.50", "currency": "USD"}
    assert account["due_date"] == "2026-10-22"
    assert account["creditor"] == "Bluepine Credit"
    assert account["consumer"]["phones"] == ["+14025550119"]
    assert made["borrower"]["phone"] == "+14025550119"


def test_the_last_changed_stands_first_and_pages_go_on(api: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for minute in range(3):
        monkeypatch.setattr(clock, "now", lambda minute=minute: TUESDAY + timedelta(minutes=minute))
        ids.append(tractor(api, title=f"Number {minute}")["id"])
    monkeypatch.setattr(clock, "now", lambda: TUESDAY + timedelta(hours=1))
    api.patch(f"/v1/documents/{ids[0]}", {"title": "Number nought"})
    first = api.get("/v1/documents", limit=2).json()
    rest = api.get("/v1/documents", limit=2, cursor=first["next_cursor"]).json()
    assert [one["id"] for one in first["documents"] + rest["documents"]] == [ids[0], ids[2], ids[1]]
    assert rest["next_cursor"] is None


def test_stats_count_the_loans_that_are_behind(api: Program) -> None:
    tractor(api)
    lent = tractor(api, loan=LOAN)
    assert api.get("/v1/documents/stats").json() == {"total": 2, "withLoan": 1, "behind": 0}
    api.patch(f"/v1/documents/{lent['id']}/loan", {"status": "BEHIND"})
    assert api.get("/v1/documents/stats").json() == {"total": 2, "withLoan": 1, "behind": 1}
    listed = api.get("/v1/documents", behind="true").json()["documents"]
    assert [one["id"] for one in listed] == [lent["id"]]
    api.post(f"/v1/documents/{lent['id']}/archive")
    assert api.get("/v1/documents/stats").json() == {"total": 1, "withLoan": 0, "behind": 0}


def test_a_patch_of_one_field_leaves_the_others(api: Program) -> None:
    made = tractor(api, description="Green", loan=LOAN)
    path = f"/v1/documents/{made['id']}"
    changed = api.patch(path, {"chattelType": "vehicle"}).json()["document"]
    assert changed == made | {"chattelType": "vehicle"}
    assert api.patch(path, {"description": None}).json()["document"]["description"] is None
    assert api.patch(path, {"loan": {"status": "BEHIND"}}).status_code == 400
    assert api.patch(path, {"title": None}).status_code == 400


def test_any_field_of_a_loan_changes_and_each_change_is_logged(api: Program) -> None:
    made = tractor(api, loan=LOAN)
    path = f"/v1/documents/{made['id']}/loan"
    changes = {"providerName": "Second Bank", "originalAmount": 43000, "maturityDate": "2029-04-22"}
    loan = api.patch(path, changes | {"dueDate": "2026-10-22"}).json()["document"]["loan"]
    assert loan == made["loan"] | changes | {"dueDate": "2026-10-22"}
    api.patch(path, {"status": "BEHIND", "reason": "The October rate did not come."})
    (moved,) = entries(api, made, "loan_status_changed")
    assert moved["notes"] == "The October rate did not come."
    assert moved["user"] == "the key “A program”"
    assert len(entries(api, made, "loan_changed")) == 1
    assert api.patch(path, {"currency": "EUR"}).status_code == 409
    assert api.patch(path, {"remainingAmount": -1}).status_code == 400
    assert api.patch(f"/v1/documents/{tractor(api)['id']}/loan", {"status": "BEHIND"}).status_code == 400


def test_a_foreign_document_answers_like_an_unknown_one(api: Program, stranger_org: Any) -> None:
    made, theirs = behind(api), program_of(stranger_org)
    campaign = started(api, made)
    opt_out = {"campaignId": campaign["id"], "channel": "sms"}
    start = {"sms": True, "email": False, "call": False, "tone": "firm", "cadence": "weekly"}
    for method, path, body in [
        ("get", "", None),
        ("patch", "", {"title": "Mine"}),
        ("patch", "/loan", {"status": "CURRENT"}),
        ("get", "/rcm", None),
        ("post", "/rcm", start),
        ("post", "/rcm/opt-out", opt_out),
        ("get", "/compliance", None),
    ]:
        asked = [
            getattr(theirs, method)(f"/v1/documents/{id}{path}", *([body] if body else []))
            for id in (made["id"], "doc_nothing", "clxyz123abc")
        ]
        assert [answer.status_code for answer in asked] == [404, 404, 404], (method, path)
        assert len({answer.content for answer in asked}) == 1


def test_the_same_key_makes_one_document(api: Program) -> None:
    first, second = (api.post("/v1/documents", GOOD, Idempotency_Key="once") for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert api.get("/v1/documents/stats").json()["total"] == 1
    assert api.post("/v1/documents", GOOD | {"title": "Else"}, Idempotency_Key="once").status_code == 409


def test_scopes(larkfield: Any) -> None:
    reader = program_of(larkfield, ["documents:read"])
    writer = program_of(larkfield, ["documents:read", "documents:write"])
    assert reader.post("/v1/documents", GOOD).status_code == 403
    made = behind(writer)
    assert writer.post(f"/v1/documents/{made['id']}/rcm", START).status_code == 403
    assert reader.get(f"/v1/documents/{made['id']}").status_code == 200


def test_people_on_a_document(api: Program) -> None:
    made = tractor(api, loan=LOAN)
    path = f"/v1/documents/{made['id']}/parties"
    assert made["borrower"] is None
    borrower = api.post(path, BORROWER | {"role": "borrower"}).json()["party"]
    account = api.get(f"/v1/accounts/{made['loan']['accountId']}").json()
    assert account["consumer"]["id"] == borrower["consumerId"]
    assert account["consumer"]["first_name"] == "Walter"
    assert api.post(path, {"role": "borrower", "lastName": "Else"}).status_code == 409
    guarantor = api.post(path, {"role": "guarantor", "firstName": "Gerda", "phone": "402-555-0120"}).json()["party"]
    assert api.delete(f"{path}/{borrower['id']}").status_code == 409
    assert api.delete(f"{path}/{guarantor['id']}").status_code == 204
    assert [one["role"] for one in api.get(path).json()["parties"]] == ["borrower"]
    assert api.post(path, {"role": "owner", "lastName": "Else"}).status_code == 400


def test_what_remains_is_changed_in_the_ledger_and_nothing_left_is_current(api: Program) -> None:
    made = behind(api)
    started(api, made)
    path = f"/v1/documents/{made['id']}/loan"
    less = api.patch(path, {"remainingAmount": 18000}).json()["document"]["loan"]
    assert (less["remainingAmount"], less["status"]) == (18000, "BEHIND")
    ledger = api.get(f"/v1/accounts/{less['accountId']}/ledger").json()["items"]
    assert [entry["amount"]["amount"] for entry in ledger if entry["kind"] == "adjustment"] == ["-420.50"]
    assert api.patch(path, {"remainingAmount": 0}).json()["document"]["loan"]["status"] == "CURRENT"
    (campaign,) = api.get(f"/v1/documents/{made['id']}/rcm").json()["campaigns"]
    assert campaign["stoppedBecause"] == "paid"


def test_what_remains_after_too_much_was_paid_is_what_was_said(api: Program) -> None:
    made = behind(api)
    path = f"/v1/documents/{made['id']}/loan"
    paid = {"account_id": made["loan"]["accountId"], "amount": {"amount": "20000.00", "currency": "USD"}}
    assert api.post("/v1/payments", paid | {"method": "card", "paid_on": "2026-11-24"}).status_code == 201
    for amount in (120, 45_000_000):
        assert api.patch(path, {"remainingAmount": amount}).json()["document"]["loan"]["remainingAmount"] == amount


def test_files_over_http(api: Program) -> None:
    made = tractor(api)
    path = f"/v1/documents/{made['id']}/attachments"
    file = SimpleUploadedFile("lease.pdf", b"%PDF-1.7")
    answer = api.client.post(path, {"file": file}, **api.headers({}))
    assert answer.status_code == 201
    kept = answer.json()["attachment"]
    assert (kept["name"], kept["contentType"], kept["size"]) == ("lease.pdf", "application/pdf", 8)
    assert api.get(path).json()["attachments"] == [kept]
    download = api.get(f"{path}/{kept['id']}")
    assert download["Content-Disposition"] == 'attachment; filename="lease.pdf"'
    assert api.post(path, {}).status_code == 400
    assert api.delete(f"{path}/{kept['id']}").status_code == 204
    assert api.get(f"{path}/{kept['id']}").status_code == 404
