"""Payments and promises through their doors: the API, the pages, the files."""

from __future__ import annotations

import pytest

from forbear.compliance.models import Entry
from forbear.core import clock
from forbear.payments.models import Payment, Promise
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ, owes
from tests.door import program_of

from .test_money import pays
from .test_promises import promises


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def desk(client, dana):
    client.force_login(dana)
    return client


def paid(amount: str = "10.00", **also: object) -> dict[str, object]:
    return {"amount": {"amount": amount, "currency": "USD"}, "method": "card"} | also


def test_a_program_records_and_reverses(api, betty):
    answer = api.post("/v1/payments", paid(account_id=betty.public_id, reference="A-1"))
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["amount"], shown["paid_on"]) == ({"amount": "10.00", "currency": "USD"}, "2026-11-24")
    ledger = api.get(f"/v1/accounts/{betty.public_id}/ledger").json()
    assert (ledger["placed"]["amount"], ledger["balance"]["amount"], ledger["credit"]["amount"]) == (
        "30.00",
        "20.00",
        "0.00",
    )
    assert api.post(f"/v1/payments/{shown['id']}/reverse", {"reason": "Bounced"}).json()["reversed_at"]
    again = api.post(f"/v1/payments/{shown['id']}/reverse", {"reason": "Bounced"})
    assert (again.status_code, again.json()["code"]) == (409, "payment_reversed")
    assert [one["kind"] for one in api.get(f"/v1/accounts/{betty.public_id}/ledger").json()["items"]] == [
        "reversal", "payment",
    ]  # fmt: skip


def test_the_same_request_twice_counts_once(api, betty):
    body = paid(account_id=betty.public_id)
    first = api.post("/v1/payments", body, Idempotency_Key="k1")
    assert api.post("/v1/payments", body, Idempotency_Key="k1").json() == first.json()
    with_reference = body | {"reference": "B-7"}
    ids = {api.post("/v1/payments", with_reference).json()["id"] for _ in range(2)}
    assert (len(ids), Payment.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": {"amount": "10.00", "currency": "EUR"}}, "amount"),
        ({"amount": {"amount": "0.00", "currency": "USD"}}, "amount"),
        ({"amount": {"amount": "1.001", "currency": "USD"}}, "amount"),
        ({"paid_on": "2026-11-25"}, "paid_on"),
        ({"method": "cheque"}, "method"),
    ],
)
def test_what_is_wrong_is_named(api, betty, change, field):
    answer = api.post("/v1/payments", paid(account_id=betty.public_id) | change)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]


def test_scopes(larkfield, betty):
    reader = program_of(larkfield, ["payments:read"])
    assert reader.get("/v1/payments").status_code == 200
    assert reader.post("/v1/payments", paid(account_id=betty.public_id)).status_code == 403
    assert reader.get("/v1/promises").status_code == 403


def test_payments_are_filtered(api, betty, omar):
    pays(betty, 1000)
    pays(omar, 1000, method="cash")
    listed = api.get("/v1/payments", account=betty.public_id).json()["items"]
    assert [one["account_id"] for one in listed] == [betty.public_id]
    assert len(api.get("/v1/payments", method="cash").json()["items"]) == 1
    assert api.get("/v1/payments", since="2026-11-25").json()["items"] == []


def test_a_program_writes_promises_down_and_moves_them(api, betty):
    body = {"account_id": betty.public_id, "amount": "12.50", "due_on": "2026-11-27"}
    made = api.post("/v1/promises", body)
    assert made.status_code == 201
    shown = made.json()
    assert (shown["status"], shown["amount"]["amount"], shown["source"]) == ("active", "12.50", "api")
    moved = api.patch(f"/v1/promises/{shown['id']}", {"status": "rescheduled", "due_on": "2026-12-01"}).json()
    assert (moved["status"], moved["follows"]) == ("active", shown["id"])
    refused = api.patch(f"/v1/promises/{shown['id']}", {"status": "cancelled"})
    assert (refused.status_code, refused.json()["code"]) == (409, "promise_stands")
    assert [one["status"] for one in api.get("/v1/promises").json()["items"]] == ["active", "rescheduled"]


def test_an_adjustment_by_program(api, betty):
    body = {"amount": {"amount": "-5.00", "currency": "USD"}, "reason": "Agreed"}
    answer = api.post(f"/v1/accounts/{betty.public_id}/ledger", body)
    assert (answer.status_code, answer.json()["balance"]["amount"]) == (201, "25.00")


def test_a_person_records_a_payment(desk, betty):
    url = f"/accounts/{betty.public_id}/payments"
    assert b'value="2026-11-24"' in desk.get(url).content
    values = {"amount": "10.00", "paid_on": "2026-11-24", "method": "cash", "reference": ""}
    assert desk.post(url, values | {"amount": "x"}).status_code == 422
    assert desk.post(url, values)["Location"] == f"/accounts/{betty.public_id}"
    betty.refresh_from_db()
    assert betty.balance_minor == 2000
    ledger = desk.get(f"/accounts/{betty.public_id}/ledger").content.decode()
    assert "Record a payment" in ledger
    assert ledger.count('<tr><td class="tight">') == ledger.count('<th scope="row">') > 0


def test_a_person_adjusts_and_promises(desk, betty):
    desk.post(f"/accounts/{betty.public_id}/adjust", {"kind": "less", "amount": "5", "reason": "Agreed"})
    due = {"amount": "25.00", "due_on": "2026-11-30", "modality": "total", "source": "call", "notes": ""}
    assert desk.post(f"/accounts/{betty.public_id}/promises", due).status_code == 302
    promise = Promise.objects.get()
    assert (promise.amount_minor, promise.source, promise.modality) == (2500, "call", "total")
    page = desk.post(f"/promises/{promise.public_id}/move", {"to": "rescheduled"})
    assert (page.status_code, "which day" in page.content.decode()) == (422, True)
    desk.post(f"/promises/{promise.public_id}/move", {"to": "cancelled", "next": "/promises?status=active"})
    promise.refresh_from_db()
    assert promise.status == "cancelled"


def test_the_figures_follow_the_view(desk, betty, omar):
    pays(betty, 1000)
    pays(omar, 4000, method="cash")
    everything, cash = (desk.get(f"/payments{ask}").content.decode() for ask in ("", "?method=cash"))
    assert "$50.00" in everything
    assert "$50.00" not in cash
    assert "$40.00" in cash


def test_a_file_runs_nothing(desk, betty):
    pays(betty, 1000, reference="=HYPERLINK(1)")
    text = b"".join(desk.get("/payments.csv").streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert Entry.objects.filter(event="payments:payment:exported").count() == 1


def test_the_pages_keep_to_their_budgets(desk, larkfield, django_assert_max_num_queries):
    for number in range(12):
        account = owes(larkfield, f"Ann Nr{number}", f"+1415555{number:04}")
        pays(account, 500)
        promises(account)
    for path in ("/payments", "/promises", f"/accounts/{account.public_id}/ledger"):
        desk.get(path)
        with django_assert_max_num_queries(12):
            assert desk.get(path).status_code == 200


def test_who_only_looks_sees_no_buttons(client, larkfield, betty):
    pays(betty, 1000)
    client.force_login(employ(larkfield, "Iris Onlooker", Role.ANALYST))
    assert 'data-opens="reverse-' not in client.get("/payments").content.decode()
    assert client.get("/promises/terms").status_code == 200
