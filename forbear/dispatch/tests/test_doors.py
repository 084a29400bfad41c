"""The engine, its queue and messages over the API, and the door for gateways."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from forbear.accounts.models import Account
from forbear.channels.models import ProviderAccount
from forbear.core import clock
from forbear.dispatch.letters import with_footer
from forbear.dispatch.models import QueueItem
from forbear.staff.actions import update_organization
from forbear.staff.models import Organization
from forbear.wording.actions import archive_template
from tests.cast import TUESDAY
from tests.door import Program, program_of
from tests.engine_room import template_of
from tests.letters_and_calls import CALL, has_mailbox, opened, wording, worked

ENGINE = "/v1/engine"
LETTER_BY_HAND = "Hello Betty. Larkfield Recovery has a question about your order. We are a debt collector."


@pytest.fixture
def at_desk(larkfield: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tuesday morning, with senders for letters and calls."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    opened(larkfield)


def test_the_engine_tells_its_switches_limits_and_figures(api: Program) -> None:
    engine = api.get(ENGINE).json()
    figures = {"pending", "processing", "completed_today", "failed_today", "skipped_today", "deferred"}
    assert figures | {"paused", "auto_enqueue", "limits"} == set(engine)
    assert engine["limits"]["window"] == {"from": "08:00", "to": "21:00"}


def test_limits_and_automation_are_changed(api: Program) -> None:
    limits = {"per_week": 2, "window": {"from": "09:00", "to": "18:30"}, "weekdays": [4, 0, 0]}
    engine = api.patch(ENGINE, {"auto_enqueue": False, "limits": limits}).json()
    assert engine["auto_enqueue"] is False
    assert engine["limits"] == {
        "per_day": 1,
        "per_week": 2,
        "min_interval_hours": 0,
        "window": {"from": "09:00", "to": "18:30"},
        "weekdays": [0, 4],
    }
    assert api.get(ENGINE).json()["limits"] == engine["limits"]


def test_the_engine_is_paused_and_resumed(api: Program) -> None:
    assert api.post(f"{ENGINE}/pause").json()["paused"] is True
    assert api.post(f"{ENGINE}/pause").json()["paused"] is True
    assert api.post(f"{ENGINE}/resume").json()["paused"] is False


def test_the_queue_is_filtered_and_belongs_to_its_organization(
    api: Program, larkfield: Organization, betty: Account, stranger_org: Organization
) -> None:
    now = clock.now()
    item = QueueItem.objects.create(
        organization=larkfield, account=betty, channel="sms", body="Hello", scheduled_for=now, created_at=now
    )
    (shown,) = api.get("/v1/queue", status="pending", account=betty.public_id).json()["items"]
    wanted = "id campaign_id account_id step attempt channel status scheduled_for reason verdict error"
    assert set(shown) == set(wanted.split())
    assert (shown["id"], shown["verdict"]) == (item.public_id, None)
    assert api.get("/v1/queue", status="completed").json()["items"] == []
    assert api.get("/v1/queue", campaign="cmp_nobody").json()["items"] == []
    assert program_of(stranger_org).get("/v1/queue").json()["items"] == []


def test_a_contact_by_hand_without_words_is_refused(api: Program, betty: Account) -> None:
    answer = api.post(f"/v1/accounts/{betty.public_id}/dispatch", {"channel": "sms"})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_say")


def test_a_contact_by_hand_takes_no_template_of_another_channel_and_none_that_was_archived(
    api: Program, betty: Account, larkfield: Organization, at_desk: None
) -> None:
    template, where = template_of(larkfield), f"/v1/accounts/{betty.public_id}/dispatch"
    wrong = api.post(where, {"channel": "email", "template_id": template.public_id})
    archive_template(template=template, actor="system", at=TUESDAY)
    gone = api.post(where, {"channel": "sms", "template_id": template.public_id})
    assert [answer.json()["code"] for answer in (wrong, gone)] == ["unfit_template"] * 2
    assert not QueueItem.objects.exists()


def test_a_contact_that_policy_forbids_answers_with_the_verdict(api: Program, betty: Account) -> None:
    api.post("/v1/opt-outs", {"address": "+14155550106", "channel": "sms"})
    answer = api.post(f"/v1/accounts/{betty.public_id}/dispatch", {"channel": "sms", "body": "Hello"})
    told = answer.json()
    assert (answer.status_code, told["blocked"], told["code"]) == (422, True, "contact_refused")
    assert told["verdict"]["outcome"] == "block"
    assert any(finding["cite"] and finding["say"] for finding in told["verdict"]["because"])
    assert api.get("/v1/messages").json()["items"] == []


def test_a_letter_by_hand_brings_its_subject_and_the_link_that_ends_such_letters(
    api: Program, betty: Account, at_desk: None
) -> None:
    has_mailbox(betty, "betty@example.com")
    letter = {"channel": "email", "subject": "  About your order ", "body": LETTER_BY_HAND}
    answer = api.post(f"/v1/accounts/{betty.public_id}/dispatch", letter)
    sent = answer.json()
    assert (answer.status_code, sent["channel"], sent["address"]) == (201, "email", "betty@example.com")
    assert (sent["subject"], sent["status"], sent["call"]) == ("About your order", "sent", None)
    assert "/unsubscribe/" in sent["body"]
    assert sent["body"].startswith("Hello Betty.")
    worked()
    (kept,) = api.get("/v1/messages", channel="email").json()["items"]
    assert (kept["subject"], kept["status"]) == ("About your order", "delivered")


LINE = "Larkfield Recovery, 100 Example Street, Chicago, IL 60601"


def test_every_letter_says_at_its_foot_whose_it_is_and_where_they_are(
    api: Program, larkfield: Organization, betty: Account, at_desk: None
) -> None:
    has_mailbox(betty, "betty@example.com")
    change = {"postal_address": LINE.removeprefix("Larkfield Recovery, ")}
    update_organization(organization=larkfield, changes=change, actor="system", at=TUESDAY)
    where = f"/v1/accounts/{betty.public_id}/dispatch"
    by_hand = api.post(where, {"channel": "email", "subject": "A question", "body": LETTER_BY_HAND}).json()
    foot = by_hand["body"].removeprefix(f"{LETTER_BY_HAND}\n\n").splitlines()
    assert foot[0] == LINE
    assert "/unsubscribe/" in foot[1]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("Hello.", ["${organization}, ${organizationAddress}", "${unsubscribeUrl}"]),
        ("Hello.\n${organizationAddress}", ["${unsubscribeUrl}"]),
        ("Hello. Stop: ${unsubscribeUrl}", ["${organization}, ${organizationAddress}"]),
        ("Hello, ${organizationAddress|you}. Stop: ${unsubscribeUrl}", []),
    ],
)
def test_a_wording_that_has_the_address_or_the_link_keeps_its_own(body: str, lines: list[str]) -> None:
    foot = with_footer(body, "en", True).removeprefix(body).strip().splitlines()
    assert [line[-len(wanted) :] for line, wanted in zip(foot, lines, strict=True)] == lines


def test_a_subject_that_tells_of_the_debt_is_refused_by_hand_too(api: Program, betty: Account, at_desk: None) -> None:
    has_mailbox(betty, "betty@example.com")
    letter = {"channel": "email", "subject": "Your overdue debt", "body": LETTER_BY_HAND}
    answer = api.post(f"/v1/accounts/{betty.public_id}/dispatch", letter)
    assert (answer.status_code, answer.json()["code"]) == (422, "contact_refused")
    assert api.get("/v1/messages").json()["items"] == []


def test_a_call_by_hand_is_placed_and_its_result_is_told(api: Program, betty: Account, at_desk: None) -> None:
    assert api.post("/v1/sandbox/phones/+14155550106/answer-calls", {"result": "right_party", "keys": "1"}).json()
    spoken = wording(betty.organization, "voice", CALL)
    asked = {"channel": "voice", "template_id": spoken.public_id}
    sent = api.post(f"/v1/accounts/{betty.public_id}/dispatch", asked).json()
    assert (sent["channel"], sent["status"], sent["call"]) == ("voice", "sent", None)
    assert sent["body"].startswith("This is Larkfield Recovery for Betty.")
    worked()
    (kept,) = api.get("/v1/messages", channel="voice").json()["items"]
    seconds = kept["call"].pop("duration_seconds")
    assert seconds >= 5
    assert kept["call"] == {"result": "right_party", "disposition": "callback_scheduled", "keys": "1"}
    assert kept["status"] == "delivered"


def test_the_policy_answers_without_sending(api: Program, betty: Account) -> None:
    asked = {"account_id": betty.public_id, "channel": "sms", "at": "2026-11-24T17:00:00Z"}
    verdict = api.post("/v1/policy/decide", asked).json()
    assert verdict["outcome"] == "allow"
    night = api.post("/v1/policy/decide", {**asked, "at": "2026-11-24T09:00:00Z"}).json()
    assert (night["outcome"], night["next_allowed_at"]) == ("defer", "2026-11-24T16:00:00Z")
    path = f"/v1/accounts/{betty.public_id}/contactability"
    assert api.get(path, channel="sms", at="2026-11-24T09:00:00Z").json() == night


def test_enqueue_without_a_campaign_plans_all_of_them(api: Program) -> None:
    nothing = {"enqueued": 0, "already_queued": 0, "refused": {}}
    assert api.post(f"{ENGINE}/enqueue").json() == nothing
    assert api.post(f"{ENGINE}/enqueue", {}).json() == nothing
    assert api.post(f"{ENGINE}/enqueue", {"campaign_id": "cmp_nobody"}).status_code == 404


def test_a_gateways_post_needs_its_signature(larkfield: Organization) -> None:
    provider = ProviderAccount.objects.get(organization=larkfield)
    body = json.dumps({"id": "evt_1"})
    path = f"/webhooks/{provider.public_id}"
    answer = Client(enforce_csrf_checks=True).post(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_signature")
    assert Client().get(path).status_code == 405
    assert Client().post("/webhooks/prv_nobody", body, content_type="application/json").status_code == 404
