"""Outreach over HTTP: starting it, opting out of it, ending it, starting many at once."""

from __future__ import annotations

from typing import Any

import pytest

from forbear.core import clock
from forbear.documents.models import Outreach
from tests.cast import TUESDAY
from tests.door import Program

from .asking import LOAN, START, behind, entries, opts_out, started, tractor


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


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
