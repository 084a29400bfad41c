"""`/v1/accounts`, `/v1/consumers` and `/v1/contact-lists` as a program meets them."""

from datetime import timedelta

import pytest
from django.db import connection

from forbear.accounts.models import Account, ContactList, ContactPoint
from forbear.compliance.models import Entry
from forbear.core import clock
from tests.cast import TUESDAY, owes
from tests.door import program_of
from tests.engine_room import broadcast, list_of

TODAY = TUESDAY.date()


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


def ids_in(answer):
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def test_an_account_has_its_whole_shape(api, betty):
    Account.objects.filter(pk=betty.pk).update(due_date=TODAY - timedelta(days=47), fields={"retailer": "Corner"})
    shown = api.get(f"/v1/accounts/{betty.public_id}").json()
    assert shown == {
        "id": betty.public_id,
        "external_id": None,
        "number": betty.number,
        "status": "pending_contact",
        "bucket": "31-60",
        "days_past_due": 47,
        "balance": {"amount": "30.00", "currency": "USD"},
        "creditor": None,
        "consumer": {
            "id": betty.consumer.public_id,
            "first_name": "Betty",
            "last_name": "Ruble",
            "phones": ["+14155550106"],
            "emails": [],
        },
        "fields": {"retailer": "Corner"},
        "score": None,
        "due_date": "2026-10-08",
        "created_at": "2026-11-24T16:42:00Z",
        "updated_at": "2026-11-24T16:42:00Z",
    }


def test_accounts_answer_to_their_filters(api, larkfield, betty, omar):
    Account.objects.filter(pk=omar.pk).update(status="paused", due_date=TODAY - timedelta(days=91))
    people = list_of(larkfield, [omar])
    campaign = broadcast(larkfield, [betty])
    campaign.enrollments.create(
        organization=larkfield, account=betty, consumer_id=betty.consumer_id, enrolled_at=TUESDAY
    )
    assert ids_in(api.get("/v1/accounts")) == [omar.public_id, betty.public_id]
    assert ids_in(api.get("/v1/accounts", status="paused", bucket="final")) == [omar.public_id]
    assert ids_in(api.get("/v1/accounts", list=people.public_id)) == [omar.public_id]
    assert ids_in(api.get("/v1/accounts", campaign=campaign.public_id)) == [betty.public_id]
    assert ids_in(api.get("/v1/accounts", q="0131")) == [omar.public_id]
    assert ids_in(api.get("/v1/accounts", list="lst_nothing")) == []
    assert api.get("/v1/accounts", status="lost").status_code == 422


NEW = {
    "contact": {"name": "Hana Sato", "phone": "(808) 555-0177", "email": "Hana@Example.com", "state": "hi"},
    "total_amount": "120.50",
    "external_id": "E-1",
    "creditor": "Harbor Furniture",
    "due_date": "2026-11-01",
    "fields": {"retailer": "Corner", "visits": 3, "vip": True},
    "provenance": "given_by_consumer",
}


def test_an_account_is_opened_with_its_person(api):
    made = api.post("/v1/accounts", NEW)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown["consumer"]["first_name"] == "Hana"
    assert shown["consumer"]["phones"] == ["+18085550177"]
    assert shown["consumer"]["emails"] == ["hana@example.com"]
    assert shown["balance"] == {"amount": "120.50", "currency": "USD"}
    assert shown["fields"] == NEW["fields"]
    assert (shown["creditor"], shown["status"], shown["bucket"]) == ("Harbor Furniture", "pending_contact", "1-30")
    person = api.get(f"/v1/consumers/{shown['consumer']['id']}").json()
    assert person["state"] == "HI"
    assert {point["provenance"] for point in person["points"]} == {"given_by_consumer"}
    assert person["account_ids"] == [shown["id"]]


def test_a_second_debt_of_the_same_person(api, betty):
    made = api.post("/v1/accounts", {"consumer_id": betty.consumer.public_id, "total_amount": 0}).json()
    assert made["consumer"]["id"] == betty.consumer.public_id
    assert made["status"] == "paid", "an account without a balance"


def test_an_external_id_is_taken_once_by_each_creditor(api):
    assert api.post("/v1/accounts", NEW).status_code == 201
    again = api.post("/v1/accounts", NEW)
    assert (again.status_code, again.json()["code"]) == (409, "external_id_taken")
    assert Account.objects.count() == 1
    assert api.post("/v1/accounts", {**NEW, "creditor": "Bluepine"}).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"total_amount": "-1"}, "total_amount"),
        ({"total_amount": "1.234"}, "total_amount"),
        ({"total_amount": "NaN"}, "total_amount"),
        ({"total_amount": True}, "total_amount"),
        ({"contact": {"name": "A B", "phone": "12"}}, "address"),
        ({"contact": {"phone": "8085550177"}}, "last_name"),
        ({"contact": {"name": "A B", "time_zone": "Moon/Base"}}, "time_zone"),
        ({"due_date": "2026-02-30"}, "due_date"),
        ({"fields": {"a": [1]}}, "fields"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_name(api, change, field):
    answer = api.post("/v1/accounts", {**NEW, **change})
    assert answer.status_code == 422, answer.content
    assert any(field in name for name in answer.json()["fields"]), answer.json()
    assert not Account.objects.exists()


def test_an_account_is_changed_and_its_balance_is_not(api, betty):
    Account.objects.filter(pk=betty.pk).update(fields={"a": "1", "b": "2"})
    path = f"/v1/accounts/{betty.public_id}"
    changed = api.patch(path, {"status": "closed", "due_date": "2026-10-01", "fields": {"a": None, "c": "3"}})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["status"], changed.json()["fields"]) == ("closed", {"b": "2", "c": "3"})
    assert api.patch(path, {"balance": {"amount": "1.00", "currency": "USD"}}).status_code == 422
    assert api.patch(path, {"status": "promise_active"}).json()["code"] == "status_not_by_hand"
    moved = Entry.objects.get(event="accounts:account:status_changed")
    assert '"from":"pending_contact","to":"closed"' in moved.facts


def test_a_person_is_changed_and_reached_another_way(api, betty):
    path = f"/v1/consumers/{betty.consumer.public_id}"
    assert api.patch(path, {"language": "es", "country": "us"}).json()["country"] == "US"
    assert api.patch(path, {"first_name": "", "last_name": ""}).status_code == 422
    added = api.post(f"{path}/points", {"kind": "email", "address": "B@Example.com"})
    assert (added.status_code, added.json()["address"]) == (201, "b@example.com")
    assert api.post(f"{path}/points", {"kind": "email", "address": "b@example.com"}).status_code == 409
    point = f"{path}/points/{added.json()['id']}"
    assert api.post(f"{point}/close", {"reason": "bounced"}).json()["status"] == "closed"
    assert api.post(f"{point}/close", {"reason": "bounced"}).status_code == 409
    assert api.get(path).json()["emails"] == []
    assert api.post(f"{point}/reopen").json()["status"] == "usable"


def test_people_are_found_by_their_accounts(api, betty, omar):
    assert ids_in(api.get("/v1/consumers", q="ruble")) == [betty.consumer.public_id]
    assert len(ids_in(api.get("/v1/consumers"))) == 2


def test_the_life_of_a_list(api, betty, omar):
    made = api.post("/v1/contact-lists", {"name": "Autumn"})
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "name": "Autumn",
        "accounts": 0,
        "created_at": "2026-11-24T16:42:00Z",
    }
    path = f"/v1/contact-lists/{made.json()['id']}"
    both = {"account_ids": [betty.public_id, omar.public_id]}
    assert api.post(f"{path}/accounts", both).json() == {"added": 2}
    assert api.post(f"{path}/accounts", both).json() == {"added": 0}
    assert ids_in(api.get(f"{path}/accounts")) == [omar.public_id, betty.public_id]
    assert api.get("/v1/contact-lists", q="aut").json()["items"][0]["accounts"] == 2
    one = api.client.delete(
        f"{path}/accounts",
        {"account_ids": [betty.public_id]},
        content_type="application/json",
        **api.headers({}),
    )
    assert one.json() == {"removed": 1}
    assert api.patch(path, {"name": "Winter"}).json()["name"] == "Winter"
    assert api.post("/v1/contact-lists", {"name": "winter"}).json()["code"] == "list_name_taken"
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert Account.objects.count() == 2


def test_nobody_is_added_when_one_of_them_is_unknown(api, larkfield, stranger_org, betty):
    people = ContactList.objects.create(organization=larkfield, name="Autumn", created_at=TUESDAY)
    theirs = owes(stranger_org, "Some Body", "+14155550107")
    given = {"account_ids": [betty.public_id, theirs.public_id]}
    assert api.post(f"/v1/contact-lists/{people.public_id}/accounts", given).status_code == 404
    assert people.members.count() == 0


def test_a_key_that_may_only_look_changes_nothing(larkfield, betty):
    reader = program_of(larkfield, ["accounts:read"])
    assert reader.get(f"/v1/accounts/{betty.public_id}").status_code == 200
    for answer in (
        reader.patch(f"/v1/accounts/{betty.public_id}", {"status": "closed"}),
        reader.post("/v1/accounts", NEW),
        reader.post("/v1/contact-lists", {"name": "Autumn"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_lacking")


def test_a_contact_point_is_found_by_its_person_for_its_own_number_is_in_no_index(betty):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "point_once" in ContactPoint.objects.filter(consumer=betty.consumer_id, pk=1).explain()


def test_somebody_elses_contact_point_is_nobodys(api, betty, larkfield):
    omar = owes(larkfield, "Omar Two", "+14155550108").consumer
    theirs = omar.points.get().public_id
    for verb, body in (("close", {"reason": "Wrong number."}), ("reopen", {})):
        answer = api.post(f"/v1/consumers/{betty.consumer.public_id}/points/{theirs}/{verb}", body)
        assert answer.status_code == 404
