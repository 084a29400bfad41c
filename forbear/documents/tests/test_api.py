"""Documents over HTTP, as programs of other makers ask: each documented behaviour as a row or a short story."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forbear.compliance.models import Entry
from forbear.core import clock
from forbear.documents.models import Outreach
from tests.cast import TUESDAY
from tests.door import Program, program_of

LOAN = {"providerName": "Bluepine Credit", "originalAmount": 42000, "remainingAmount": 18420.5}
BORROWER = {"firstName": "Walter", "lastName": "Brandt", "phone": "402-555-0119", "email": "walter@example.com"}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


def tractor(api: Program, **also: Any) -> dict[str, Any]:
    """A document; with a loan where one is told."""
    answer = api.post("/v1/documents", {"title": "Tractor lease 0087", "chattelType": "agricultural_machinery"} | also)
    assert answer.status_code == 201, answer.content
    return answer.json()["document"]


def behind(api: Program, **also: Any) -> dict[str, Any]:
    """A document whose loan is BEHIND, with its borrower."""
    return tractor(api, loan={**LOAN, "status": "BEHIND"}, borrower=BORROWER, **also)


def started(api: Program, document: dict[str, Any], **also: Any) -> dict[str, Any]:
    words = {"sms": True, "email": True, "call": False, "tone": "empathetic", "cadence": "weekly"}
    answer = api.post(f"/v1/documents/{document['id']}/rcm", words | also)
    assert answer.status_code == 201, answer.content
    return answer.json()["campaign"]


def entries(api: Program, document: dict[str, Any], *events: str) -> list[dict[str, Any]]:
    found = api.get(f"/v1/documents/{document['id']}/compliance").json()["entries"]
    return [entry for entry in found if not events or entry["event"] in events]


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


def test_without_a_loan_or_with_a_current_one_nothing_starts(api: Program) -> None:
    words = {"sms": True, "email": False, "call": False, "tone": "firm", "cadence": "weekly"}
    for made, code in ((tractor(api), "no_loan"), (tractor(api, loan=LOAN), "loan_is_current")):
        answer = api.post(f"/v1/documents/{made['id']}/rcm", words)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert entries(api, made, "campaign_started") == []


COMBINATIONS = [(bool(n & 1), bool(n & 2), bool(n & 4)) for n in range(1, 8)]


@pytest.mark.parametrize(("sms", "email", "call"), COMBINATIONS)
def test_every_choice_of_channels_is_kept_as_it_is(api: Program, sms: bool, email: bool, call: bool) -> None:
    made = behind(api)
    campaign = started(api, made, sms=sms, email=email, call=call, notes="  gently  ")
    assert (campaign["sms"], campaign["email"], campaign["call"]) == (sms, email, call)
    assert campaign["notes"] == "gently"
    assert campaign["active"] is True
    chosen = [name for name, is_chosen in (("sms", sms), ("email", email), ("call", call)) if is_chosen]
    assert [slot["channel"] for slot in campaign["plan"][:3]] == (chosen * 3)[:3]
    assert [slot["on"] for slot in campaign["plan"][:2]] == ["2026-11-24", "2026-12-01"]
    assert api.get(f"/v1/documents/{made['id']}/rcm").json()["campaigns"] == [campaign]
    assert api.get(f"/v1/documents/{made['id']}").json()["document"]["campaigns"] == [campaign]


START = {"sms": True, "email": True, "call": False, "tone": "empathetic", "cadence": "weekly"}
REFUSED = [
    ({"sms": False, "email": False}, "sms"),
    ({"sms": "true"}, "sms"),
    ({"email": 1}, "email"),
    ({"call": None}, "call"),
    ({"tone": ""}, "tone"),
    ({"tone": "x" * 81}, "tone"),
    ({"cadence": "x" * 81}, "cadence"),
    ({"cadence": "whenever it suits"}, "cadence"),
    ({"cadence": "day 5, day 1"}, "cadence"),
    ({"notes": "x" * 2001}, "notes"),
    ({"notes": 5}, "notes"),
    ({"whatsapp": True}, "whatsapp"),
]


@pytest.mark.parametrize(("also", "field"), REFUSED, ids=[f"{field}-{n}" for n, (_, field) in enumerate(REFUSED)])
def test_a_start_that_is_not_understood_starts_nothing(api: Program, also: dict[str, Any], field: str) -> None:
    made = behind(api)
    answer = api.post(f"/v1/documents/{made['id']}/rcm", START | also)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert entries(api, made, "campaign_started") == []
    assert api.get(f"/v1/documents/{made['id']}/rcm").json() == {"campaigns": []}


@pytest.mark.parametrize("name", list(START))
def test_everything_but_notes_is_required(api: Program, name: str) -> None:
    made = behind(api)
    answer = api.post(f"/v1/documents/{made['id']}/rcm", {key: value for key, value in START.items() if key != name})
    assert answer.status_code == 400
    assert answer.json()["fields"] == {name: "This is required."}


def test_the_longest_tone_cadence_and_notes_are_kept(api: Program) -> None:
    cadence = ("day 1, day 4, day 7, day 10, day 13, day 16, day 19, day 22, day 25, day 28").ljust(80, ".")
    campaign = started(api, behind(api), tone="t" * 80, cadence=cadence, notes="n" * 2000)
    assert (len(campaign["tone"]), campaign["cadence"], len(campaign["notes"])) == (80, cadence, 2000)


def test_one_start_leaves_one_entry_and_a_second_is_409(api: Program) -> None:
    made = behind(api)
    campaign = started(api, made, notes="Borrower indicated temporary hardship")
    again = api.post(f"/v1/documents/{made['id']}/rcm", START)
    assert (again.status_code, again.json()["code"]) == (409, "outreach_running")
    (entry,) = entries(api, made, "campaign_started")
    assert entry == {
        "id": entry["id"],
        "event": "campaign_started",
        "user": "the key “A program”",
        "documentId": made["id"],
        "campaignId": campaign["id"],
        "channels": ["sms", "email"],
        "notes": "Borrower indicated temporary hardship",
        "at": "2026-11-24T16:42:00Z",
    }


def opts_out(api: Program, document: dict[str, Any], campaign: dict[str, Any], channel: str, **also: Any) -> Any:
    body = {"campaignId": campaign["id"], "channel": channel} | also
    return api.post(f"/v1/documents/{document['id']}/rcm/opt-out", body)


def test_one_channel_closed_leaves_the_campaign_to_the_other(api: Program) -> None:
    made = behind(api)
    campaign = started(api, made)
    answer = opts_out(api, made, campaign, "sms", notes="She rang.").json()
    assert answer["campaign"]["active"] is True
    assert answer["campaign"]["sms"] is False
    assert {slot["channel"] for slot in answer["campaign"]["plan"][1:]} == {"email"}
    assert answer["optOut"]["channel"] == "sms"
    assert answer["optOut"]["alreadyHandedOver"] == []
    (entry,) = entries(api, made, "opt_out")
    assert (entry["channels"], entry["notes"], entry["campaignId"]) == (["sms"], "She rang.", campaign["id"])
    listed = api.get("/v1/opt-outs").json()["items"]
    assert {(one["channel"], one["address"] or "") for one in listed} == {("sms", ""), ("sms", "+14025550119")}


@pytest.mark.parametrize("channels", [["all"], ["sms", "email"], ["email", "call", "sms"]])
def test_all_or_the_last_channel_makes_it_inactive(api: Program, channels: list[str]) -> None:
    made = behind(api)
    campaign = started(api, made)
    for channel in channels:
        answer = opts_out(api, made, campaign, channel)
    assert answer.status_code == 200
    assert answer.json()["campaign"]["active"] is False
    assert answer.json()["campaign"]["stoppedBecause"] == "opted_out"
    assert len(entries(api, made, "opt_out")) == len(channels)


def test_a_repeat_is_harmless_and_logged(api: Program) -> None:
    made = behind(api)
    campaign = started(api, made)
    first, second = (opts_out(api, made, campaign, "all").json() for _ in range(2))
    assert first["optOut"]["id"] == second["optOut"]["id"]
    assert second["campaign"]["active"] is False
    assert len(entries(api, made, "opt_out")) == 2


def test_an_opt_out_holds_for_the_persons_other_documents(api: Program) -> None:
    one, other = behind(api), behind(api, title="Baler lease 0088")
    assert one["borrower"]["consumerId"] == other["borrower"]["consumerId"]
    campaign, elsewhere = started(api, one), started(api, other, sms=True, email=False)
    opts_out(api, one, campaign, "sms")
    (seen,) = api.get(f"/v1/documents/{other['id']}/rcm").json()["campaigns"]
    assert seen["id"] == elsewhere["id"]
    assert seen["active"] is False
    third = behind(api, title="Plough")
    answer = api.post(f"/v1/documents/{third['id']}/rcm", START | {"email": False})
    assert (answer.status_code, answer.json()["code"]) == (400, "every_channel_closed")


def test_a_strangers_campaign_is_404_and_leaves_no_entry(api: Program) -> None:
    made, other = behind(api), behind(api, title="Other")
    campaign = started(api, made)
    wrong = [("rcm_nothing", other), (campaign["id"], other), ("cmp_nothing", made)]
    for campaign_id, document in wrong:
        body = {"campaignId": campaign_id, "channel": "sms"}
        assert api.post(f"/v1/documents/{document['id']}/rcm/opt-out", body).status_code == 404
    assert api.get("/v1/opt-outs").json()["items"] == []
    assert entries(api, made, "opt_out") == entries(api, other, "opt_out") == []


@pytest.mark.parametrize(
    "also", [{"channel": "fax"}, {"channel": "whatsapp"}, {"channel": True}, {"campaignId": 7}, {"notes": "x" * 2001}]
)
def test_an_opt_out_that_is_not_understood_is_400(api: Program, also: dict[str, Any]) -> None:
    made = behind(api)
    campaign = started(api, made)
    body = {"campaignId": campaign["id"], "channel": "sms"} | also
    assert api.post(f"/v1/documents/{made['id']}/rcm/opt-out", body).status_code == 400
    assert entries(api, made, "opt_out") == []


def test_a_word_that_is_none_of_these_is_told_which_there_are(api: Program) -> None:
    made = behind(api)
    campaign = started(api, made)
    fax = opts_out(api, made, campaign, "fax").json()
    assert fax["error"] == "channel: Choose sms, email, call or all."
    loan = api.patch(f"/v1/documents/{made['id']}/loan", {"status": "LATE"}).json()
    assert loan["error"] == "status: Choose CURRENT or BEHIND."


def test_back_to_current_ends_what_runs_and_refuses_what_is_new(api: Program) -> None:
    made = behind(api)
    started(api, made)
    api.patch(f"/v1/documents/{made['id']}/loan", {"status": "CURRENT"})
    (campaign,) = api.get(f"/v1/documents/{made['id']}/rcm").json()["campaigns"]
    assert (campaign["active"], campaign["stoppedBecause"]) == (False, "loan_current")
    assert api.post(f"/v1/documents/{made['id']}/rcm", START).status_code == 400
    api.patch(f"/v1/documents/{made['id']}/loan", {"status": "BEHIND"})
    started(api, made)
    assert len(api.get(f"/v1/documents/{made['id']}/rcm").json()["campaigns"]) == 2


def test_entries_outlive_the_document_that_was_archived(api: Program) -> None:
    made = behind(api)
    started(api, made)
    assert api.post(f"/v1/documents/{made['id']}/archive").status_code == 200
    assert api.get("/v1/documents").json()["documents"] == []
    (campaign,) = api.get(f"/v1/documents/{made['id']}/rcm").json()["campaigns"]
    assert campaign["stoppedBecause"] == "archived"
    assert len(entries(api, made, "campaign_started")) == 1
    assert api.patch(f"/v1/documents/{made['id']}", {"title": "New"}).status_code == 409
    assert api.delete(f"/v1/documents/{made['id']}").status_code == 405
    assert api.post(f"/v1/documents/{made['id']}/restore").json()["document"]["archivedAt"] is None


def test_pause_resume_change_and_stop(api: Program) -> None:
    made = behind(api)
    campaign = started(api, made)
    path = f"/v1/documents/{made['id']}/rcm/{campaign['id']}"
    assert api.post(f"{path}/pause", {"reason": "Talks"}).json()["campaign"]["paused"] is True
    assert api.post(f"{path}/pause", {}).status_code == 409
    assert api.post(f"{path}/resume").json()["campaign"]["paused"] is False
    changed = api.patch(path, {"tone": "firm", "cadence": "every 3 days"}).json()["campaign"]
    assert (changed["tone"], changed["cadence"], changed["version"]) == ("firm", "every 3 days", 2)
    assert [slot["on"] for slot in changed["plan"][:3]] == ["2026-11-24", "2026-11-27", "2026-11-30"]
    assert api.patch(path, {"cadence": "whenever"}).status_code == 400
    assert api.post(f"{path}/stop", {}).status_code == 400
    stopped = api.post(f"{path}/stop", {"reason": "A plan was agreed."}).json()["campaign"]
    assert (stopped["active"], stopped["stopReason"]) == (False, "A plan was agreed.")
    assert api.post(f"{path}/stop", {"reason": "Twice"}).status_code == 409
    told = [entry["event"] for entry in entries(api, made) if entry["event"].startswith("campaign_")]
    assert told[::-1] == [f"campaign_{word}" for word in ("started", "paused", "resumed", "changed", "stopped")]


def test_many_start_by_one_word_after_a_look_ahead(api: Program) -> None:
    ready, running, lent = behind(api), behind(api, title="Running"), tractor(api, loan=LOAN)
    started(api, running)
    foreseen = api.post("/v1/documents/bulk-start", START | {"dryRun": True}).json()
    assert (foreseen["total"], foreseen["started"]) == (2, 1)
    assert foreseen["id"] is None
    done = api.post("/v1/documents/bulk-start", START).json()
    assert (done["total"], done["started"], done["finished"]) == (2, 1, True)
    assert done["refused"] == foreseen["refused"]
    assert api.get(f"/v1/documents/bulk-start/{done['id']}").json() == done
    assert len(api.get(f"/v1/documents/{ready['id']}/rcm").json()["campaigns"]) == 1
    named = api.post("/v1/documents/bulk-start", START | {"documentIds": [lent["id"]]}).json()
    assert named["started"] == 0
    assert list(named["refused"].values()) == [1]
    assert api.post("/v1/documents/bulk-start", START | {"cadence": "often"}).status_code == 400


@pytest.mark.parametrize("dry_run", [True, False])
def test_more_documents_than_are_started_at_once_are_refused_whole(
    api: Program, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    behind(api)
    behind(api)
    monkeypatch.setattr("forbear.documents.bulk.MOST", 1)
    refused = api.post("/v1/documents/bulk-start", START | {"dryRun": dry_run})
    assert refused.status_code == 400
    assert "At most 1 documents are started at once" in refused.content.decode()
    assert not Outreach.objects.exists()


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
