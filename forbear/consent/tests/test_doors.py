"""Opt-outs and holds as pages and over the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forbear.accounts.models import Account
from forbear.consent.models import Hold, OptOut
from forbear.staff.models import Organization, Person
from forbear.staff.states import Role
from tests.cast import employ
from tests.door import Program, program_of

OPT_OUTS, HOLDS = "/v1/opt-outs", "/v1/holds"


def test_an_opt_out_over_the_api_has_its_shape(api: Program) -> None:
    given = {"address": "(415) 555-0106", "channel": "sms", "source": "staff", "notes": "on the telephone"}
    made = api.post(OPT_OUTS, given)
    assert made.status_code == 201
    shown = made.json()
    assert set(shown) == {"id", "address", "consumer_id", "channel", "source", "notes", "at", "lifted_at"}
    assert (shown["address"], shown["lifted_at"]) == ("+14155550106", None)
    assert api.get(OPT_OUTS, q="415 555 0106").json()["items"] == [shown]
    assert api.get(OPT_OUTS, channel="call").json()["items"] == []


def test_a_repeat_gives_the_standing_one(api: Program) -> None:
    given = {"address": "ana@example.com", "channel": "email"}
    assert api.post(OPT_OUTS, given).json()["id"] == api.post(OPT_OUTS, given).json()["id"]
    assert OptOut.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"channel": "sms"}, 422),
        ({"channel": "sms", "address": "no number"}, 422),
        ({"channel": "pigeon", "address": "+14155550106"}, 422),
        ({"channel": "sms", "address": "+14155550106", "consumer_id": "con_x"}, 422),
        ({"channel": "sms", "consumer_id": "con_nobody"}, 404),
    ],
)
def test_an_opt_out_of_nobody_is_refused(api: Program, given: dict[str, str], status: int) -> None:
    answer = api.post(OPT_OUTS, given)
    assert answer.status_code == status, answer.json()


def test_the_whole_person_may_opt_out(api: Program, betty: Account) -> None:
    made = api.post(OPT_OUTS, {"consumer_id": betty.consumer.public_id, "channel": "all"}).json()
    assert (made["consumer_id"], made["address"]) == (betty.consumer.public_id, None)


def test_many_at_once_record_the_good_and_name_the_wrong(api: Program) -> None:
    items = [{"address": f"+1415555010{n}", "channel": "sms"} for n in range(3)]
    items += [{"address": "not one", "channel": "sms"}, items[0]]
    answer = api.post(f"{OPT_OUTS}/bulk", {"items": items}).json()
    assert (answer["recorded"], answer["already"]) == (3, 0)
    assert [one["line"] for one in answer["rejected"]] == [4]
    assert api.post(f"{OPT_OUTS}/bulk", {"items": items[:2]}).json()["already"] == 2


def test_lifting_needs_reason_evidence_and_the_scope(api: Program, larkfield: Organization) -> None:
    made = api.post(OPT_OUTS, {"address": "+14155550106", "channel": "sms"}).json()
    path = f"{OPT_OUTS}/{made['id']}/lift"
    why = {"reason": "She asked us to", "evidence": "Letter of 3 November"}
    assert api.post(path, {"reason": "Because"}).status_code == 422
    assert program_of(larkfield, ["consent:write"]).post(path, why).status_code == 403
    assert api.post(path, why).status_code == 202
    assert api.post(path, why).status_code == 409


def test_a_hold_is_opened_and_closed(api: Program, betty: Account, larkfield: Organization) -> None:
    made = api.post(HOLDS, {"account_id": betty.public_id, "kind": "dispute", "notes": "wrong amount"})
    assert made.status_code == 201
    assert made.json()["account_id"] == betty.public_id
    assert made.json()["opened_by"].startswith("key_")
    assert api.post(HOLDS, {"account_id": betty.public_id, "kind": "dispute"}).status_code == 409
    path = f"{HOLDS}/{made.json()['id']}/close"
    assert api.post(path, {"reason": "settled"}).json()["close_reason"] == "settled"
    assert api.post(path, {"reason": "settled"}).status_code == 409
    assert api.get(HOLDS, standing="true").json()["items"] == []


def test_what_is_anothers_cannot_be_lifted_or_closed(api: Program, betty: Account, stranger_org: Organization) -> None:
    opt_out = api.post(OPT_OUTS, {"address": "+14155550106", "channel": "sms"}).json()["id"]
    hold = api.post(HOLDS, {"account_id": betty.public_id, "kind": "legal"}).json()["id"]
    theirs = program_of(stranger_org)
    lift = theirs.post(f"{OPT_OUTS}/{opt_out}/lift", {"reason": "a", "evidence": "b"})
    close = theirs.post(f"{HOLDS}/{hold}/close", {"reason": "a"})
    assert lift.status_code == close.status_code == 404
    assert theirs.get(OPT_OUTS).json()["items"] == theirs.get(HOLDS).json()["items"] == []


def test_a_pasted_list_and_a_file_are_recorded_on_the_page(client: Client, dana: Person) -> None:
    client.force_login(dana)
    file = SimpleUploadedFile("list.csv", "\ufeffphone,name\n415-555-0131,Omar\nnobody,X\n".encode())
    form = {"channel": "sms", "source": "file", "addresses": "+14155550106", "file": file, "notes": ""}
    page = client.post("/compliance/opt-outs", form).content.decode()
    assert "nobody" in page
    assert set(OptOut.objects.values_list("address", flat=True)) == {"+14155550106", "+14155550131"}
    shown = client.get("/compliance/opt-outs?q=415-555-0131").content.decode()
    assert "415-555-0131" in shown
    assert "415-555-0106" not in shown


def test_an_empty_form_keeps_what_was_typed(client: Client, dana: Person) -> None:
    client.force_login(dana)
    form = {"channel": "sms", "source": "staff", "addresses": "", "notes": "as she said"}
    page = client.post("/compliance/opt-outs", form).content.decode()
    assert "Write an address, or choose a file." in page
    assert "as she said" in page


def test_a_manager_lifts_and_an_operator_does_not(
    client: Client, dana: Person, larkfield: Organization, api: Program
) -> None:
    made = api.post(OPT_OUTS, {"address": "+14155550106", "channel": "sms"}).json()["id"]
    path = f"/compliance/opt-outs/{made}/lift"
    client.force_login(employ(larkfield, "Olu Work", Role.OPERATOR))
    assert client.get(path).status_code == 403
    client.force_login(dana)
    assert "Evidence" in client.get(path).content.decode()
    assert client.post(path, {"reason": "asked", "evidence": "a letter"}).status_code == 302
    client.force_login(employ(larkfield, "Mona Second", Role.MANAGER))
    assert client.post(f"{path}/confirm").status_code == 302
    assert OptOut.objects.get().lifted_at is not None


def test_holds_are_listed_and_closed_on_their_page(client: Client, dana: Person, api: Program, betty: Account) -> None:
    api.post(HOLDS, {"consumer_id": betty.consumer.public_id, "kind": "attorney"})
    client.force_login(dana)
    assert "Betty Ruble" in client.get("/compliance/holds?q=rub").content.decode()
    hold = Hold.objects.get()
    client.post(f"/compliance/holds/{hold.public_id}/close", {"reason": "The mandate ended."})
    hold.refresh_from_db()
    assert hold.close_reason == "The mandate ended."


ACTS = "/v1/consents"


def test_a_program_records_what_the_consumer_said(api: Program, betty: Account) -> None:
    given = {
        "type": "consent",
        "source": "consumer",
        "account_id": betty.public_id,
        "channel": "sms",
        "address": "(415) 555-0106",
        "details": {"given_to": "collector", "method": "web form"},
        "evidence": "Yes, write to me here.",
    }
    made = api.post(ACTS, given)
    assert made.status_code == 201, made.json()
    shown = made.json()
    assert (shown["address"], shown["consumer_id"], shown["void"]) == (
        "+14155550106",
        betty.consumer.public_id,
        False,
    )
    assert api.get(ACTS, type="consent").json()["items"] == [shown]
    assert api.get(ACTS, address="415 555 0106").json()["items"] == [shown]
    assert api.get(ACTS, type="dispute").json()["items"] == []


def test_several_acts_are_recorded_or_none(api: Program, betty: Account, omar: Account) -> None:
    items = [{"type": "deceased", "account_id": one.public_id, "source": "creditor_file"} for one in (betty, omar)]
    wrong = {"type": "consent", "account_id": betty.public_id, "source": "creditor_file"}
    refused = api.post(f"{ACTS}/bulk", {"items": [*items, wrong]})
    assert (refused.status_code, refused.json()["code"]) == (422, "may_only_close")
    assert not Hold.objects.exists()
    made = api.post(f"{ACTS}/bulk", {"items": items})
    assert [one["account_id"] for one in made.json()["items"]] == [betty.public_id, omar.public_id]
    assert Hold.objects.count() == 2


def test_an_act_is_taken_back_by_who_may_lift(api: Program, betty: Account, larkfield: Organization) -> None:
    made = api.post(ACTS, {"type": "deceased", "account_id": betty.public_id}).json()
    path = f"{ACTS}/{made['id']}/void"
    assert program_of(larkfield, ["consent:write"]).post(path, {"reason": "She called"}).status_code == 403
    assert api.post(path, {"reason": "She called"}).json()["void_reason"] == "She called"
    assert api.post(path, {"reason": "She called"}).status_code == 409
    assert not Hold.objects.filter(closed_at=None).exists()


def test_nobody_records_acts_of_anothers_people(betty: Account, stranger_org: Organization) -> None:
    theirs = program_of(stranger_org)
    answer = theirs.post(ACTS, {"type": "deceased", "account_id": betty.public_id})
    assert answer.status_code == 404
    assert theirs.get(ACTS).json()["items"] == []
