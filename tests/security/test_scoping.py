"""What belongs to another organization cannot be named: neither in an address nor in a filter nor inside a body."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from forbear.accounts.models import Account, Consumer, ContactList, Creditor, ListMember
from forbear.campaigns.models import Campaign
from forbear.compliance.models import Entry
from forbear.consent.models import Hold, OptOut
from forbear.dispatch.models import Message
from forbear.inbox.models import AutoReply, Conversation
from forbear.staff.models import Organization, Person
from forbear.staff.states import Role
from forbear.wording.models import Template
from tests.cast import TUESDAY, employ, owes
from tests.door import Program, program_of
from tests.furnished import furnish
from tests.security.doors import operations, writes

DAYS = {"start_date": "2026-11-24", "end_date": "2026-12-24"}


@pytest.fixture
def ours(larkfield: Organization) -> dict[str, str]:
    """Ids of Larkfield's own rows."""
    return furnish(larkfield)


@pytest.fixture
def foreign(stranger_org: Organization) -> dict[str, str]:
    """Ids of rows of another organization, which has one of everything as well."""
    return furnish(stranger_org)


def test_no_route_writes_to_a_foreign_row(larkfield: Organization, stranger_org: Organization) -> None:
    ids = furnish(stranger_org)
    wrong = []
    for method, path in operations():
        if method == "GET" or "{" not in path or path.startswith("/v1/sandbox/"):
            continue
        with writes() as changed:
            answer = sent(program_of(larkfield), method, path.format(**ids), body_for(path))
        if changed or answer.status_code != 404:
            wrong.append((method, path, answer.status_code, answer.content[:200], changed))
    assert wrong == []


OUTREACH = {"sms": True, "email": False, "call": False, "tone": "firm", "cadence": "weekly"}
# Bodies that are valid, so that the row is looked for and not only the body refused.
BODIES: dict[str, Any] = {
    "/v1/accounts/{account_id}/dispatch": {"channel": "sms", "body": "Hello"},
    "/v1/accounts/{account_id}/status": {"status": "closed", "reason": "Ours"},
    "/v1/strategies/{strategy_id}": {"name": "Ours now"},
    "/v1/segments": {"name": "Ours", "filter": {"status": "paused"}},
    "/v1/auto-replies/{rule_id}": {"body": "Hello"},
    "/v1/campaigns/{campaign_id}": {"name": "Ours now"},
    "/v1/campaigns/{campaign_id}/accounts": {"account_ids": ["acc_nobody"]},
    "/v1/campaigns/{campaign_id}/schedule": {"launch_at": "2030-01-01T12:00:00Z"},
    "/v1/consumers/{consumer_id}": {"first_name": "Ours"},
    "/v1/consumers/{consumer_id}/points": {"kind": "phone", "address": "+14155550107"},
    "/v1/consumers/{consumer_id}/points/{point_id}/close": {"reason": "Ours"},
    "/v1/contact-lists/{list_id}": {"name": "Ours now"},
    "/v1/contact-lists/{list_id}/accounts": {"account_ids": ["acc_nobody"]},
    "/v1/conversations/{conversation_id}/reply": {"body": "Hello"},
    "/v1/conversations/{conversation_id}/assign": {"person_id": "usr_nobody"},
    "/v1/consents/{act_id}/void": {"reason": "Ours"},
    "/v1/accounts/{account_id}/ledger": {"amount": {"amount": "1.00", "currency": "USD"}, "reason": "Ours"},
    "/v1/disputes/{dispute_id}/resolve": {"status": "rejected", "notes": "Ours"},
    "/v1/escalations/{escalation_id}/resolve": {"outcome": "resolved", "notes": "Ours"},
    "/v1/documents/{document_id}": {"title": "Ours now"},
    "/v1/documents/{document_id}/loan": {"providerName": "Ours", "originalAmount": 1, "remainingAmount": 1},
    "/v1/documents/{document_id}/parties": {"role": "guarantor", "lastName": "Ours"},
    "/v1/documents/{document_id}/rcm": OUTREACH,
    "/v1/documents/{document_id}/rcm/opt-out": {"campaignId": "rcm_nobody", "channel": "sms"},
    "/v1/documents/{document_id}/rcm/{outreach_id}": {"tone": "firm"},
    "/v1/holds/{hold_id}/close": {"reason": "Ours"},
    "/v1/payments/{payment_id}/reverse": {"reason": "Ours"},
    "/v1/promises/{promise_id}": {"status": "cancelled"},
    "/v1/opt-outs/{opt_out_id}/lift": {"reason": "Ours", "evidence": "None"},
    "/v1/opt-outs/{opt_out_id}/lift/decline": {"reason": "Ours"},
    "/v1/referrals/{referral_id}/approve": {"reason": "Ours", "until": "2030-01-01T12:00:00Z", "name": "Ours"},
    "/v1/referrals/{referral_id}/refuse": {"reason": "Ours", "name": "Ours"},
    "/v1/templates/{template_id}": {"name": "Ours now"},
    "/v1/templates/{template_id}/preview": {"account_id": "acc_nobody"},
    "/v1/accounts/{account_id}": {"number": "Ours"},
}


def body_for(path: str) -> Any:
    return BODIES.get(path)


def sent(program: Program, method: str, path: str, body: Any) -> Any:
    text = "" if body is None else json.dumps(body)
    return program.client.generic(method, path, text, content_type="application/json", **program.headers({}))


NESTED = [
    ("POST", "/v1/accounts", {"consumer_id": "consumer_id", "total_amount": "10.00"}),
    ("POST", "/v1/campaigns", {"name": "Spring", "template_id": "template_id", **DAYS}),
    ("POST", "/v1/campaigns", {"name": "Spring", "list_id": "list_id", **DAYS}),
    ("POST", "/v1/campaigns", {"name": "Spring", "sender_id": "sender_id", **DAYS}),
    ("PATCH", "/v1/campaigns/{campaign_id}", {"template_id": "template_id"}),
    ("PATCH", "/v1/campaigns/{campaign_id}", {"list_id": "list_id"}),
    ("PATCH", "/v1/campaigns/{campaign_id}", {"sender_id": "sender_id"}),
    ("POST", "/v1/campaigns/{campaign_id}/accounts", {"account_ids": ["account_id"]}),
    ("POST", "/v1/campaigns/{campaign_id}/accounts", {"list_id": "list_id"}),
    ("POST", "/v1/campaigns/{campaign_id}/accounts", {"filter": {"list_id": "list_id"}}),
    ("POST", "/v1/contact-lists/{list_id}/accounts", {"account_ids": ["account_id"]}),
    ("DELETE", "/v1/contact-lists/{list_id}/accounts", {"account_ids": ["account_id"]}),
    ("POST", "/v1/documents/{document_id}/parties", {"role": "guarantor", "consumerId": "consumer_id"}),
    ("POST", "/v1/documents/{document_id}/rcm/opt-out", {"campaignId": "outreach_id", "channel": "sms"}),
    ("POST", "/v1/documents/bulk-start", {**OUTREACH, "documentIds": ["document_id"]}),
    ("POST", "/v1/templates/{template_id}/preview", {"account_id": "account_id"}),
    ("POST", "/v1/accounts/{account_id}/dispatch", {"channel": "sms", "template_id": "template_id"}),
    ("POST", "/v1/policy/decide", {"account_id": "account_id", "channel": "sms"}),
    ("POST", "/v1/opt-outs", {"consumer_id": "consumer_id", "channel": "sms"}),
    ("POST", "/v1/holds", {"account_id": "account_id", "kind": "dispute"}),
    ("POST", "/v1/holds", {"consumer_id": "consumer_id", "kind": "dispute"}),
    ("POST", "/v1/auto-replies", {"sender_id": "sender_id", "body": "Thank you.", "keywords": ["hours"]}),
    ("POST", "/v1/conversations/{conversation_id}/assign", {"person_id": "person_id"}),
]


def named(body: Any, ids: dict[str, str]) -> Any:
    """The body with the names of rows replaced by their ids."""
    if isinstance(body, dict):
        return {name: named(value, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [named(value, ids) for value in body]
    return ids.get(body, body) if isinstance(body, str) and body.endswith("_id") else body


@pytest.mark.parametrize(("method", "path", "body"), NESTED)
def test_a_foreign_row_inside_a_body_is_not_there(
    larkfield: Organization, ours: dict[str, str], foreign: dict[str, str], method: str, path: str, body: Any
) -> None:
    program = program_of(larkfield)
    with writes() as changed:
        answer = sent(program, method, path.format(**ours), named(body, foreign))
    assert (answer.status_code, changed) == (404, []), answer.content
    nobody = {name: f"{word[:4]}nothing" for name, word in foreign.items()}
    unknown = sent(program, method, path.format(**ours), named(body, nobody))
    assert unknown.content == answer.content
    known = sent(program, method, path.format(**ours), named(body, ours))
    assert known.status_code in {200, 201, 409, 422}, known.content


def test_many_opt_outs_at_once_close_nobody_elses_channel(
    larkfield: Organization, stranger_org: Organization, foreign: dict[str, str]
) -> None:
    before = OptOut.objects.of(stranger_org).count()
    given = {"items": [{"channel": "sms", "consumer_id": foreign["consumer_id"]}]}
    told = program_of(larkfield).post("/v1/opt-outs/bulk", given).json()
    assert (told["recorded"], len(told["rejected"])) == (0, 1)
    assert OptOut.objects.of(stranger_org).count() == before


FILTERS = [
    ("/v1/accounts", "list", "list_id"),
    ("/v1/accounts", "campaign", "campaign_id"),
    ("/v1/queue", "campaign", "campaign_id"),
    ("/v1/queue", "account", "account_id"),
    ("/v1/messages", "campaign", "campaign_id"),
    ("/v1/messages", "account", "account_id"),
    ("/v1/opt-outs", "consumer", "consumer_id"),
    ("/v1/consents", "consumer", "consumer_id"),
    ("/v1/holds", "consumer", "consumer_id"),
    ("/v1/holds", "account", "account_id"),
    ("/v1/compliance/entries", "account", "account_id"),
    ("/v1/compliance/entries", "campaign", "campaign_id"),
    ("/v1/compliance/entries", "user", "person_id"),
    ("/v1/compliance/entries", "user", "key_id"),
]


@pytest.mark.parametrize(("path", "name", "row"), FILTERS)
def test_a_foreign_row_in_a_filter_finds_nothing(
    larkfield: Organization, ours: dict[str, str], foreign: dict[str, str], path: str, name: str, row: str
) -> None:
    answer = program_of(larkfield).get(path, **{name: foreign[row]})
    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_no_list_and_no_download_shows_a_foreign_word(
    larkfield: Organization, stranger_org: Organization, client: Client
) -> None:
    """Everything of the other organization is called Secretname: the word must not stand anywhere."""
    furnish(larkfield)
    secret(stranger_org)
    program, browser = program_of(larkfield), client
    browser.force_login(employ(larkfield, "Ada Quist", Role.ADMINISTRATOR))
    of_one = {"/v1/compliance/bundle"}  # a foreign account is refused there, see the tests of the desk
    paths = [path for method, path in operations() if method == "GET" and "{" not in path and path not in of_one]
    told = {path: text_of(program.get(path)) for path in paths}
    pages = [
        "/",
        "/accounts",
        "/contact-lists",
        "/campaigns",
        "/inbox",
        "/templates",
        "/contact-lists/imports",
        "/reports",
    ]
    pages += ["/reports/sms-campaigns", "/compliance", "/compliance/opt-outs", "/compliance/holds", "/settings/staff"]
    pages += ["/settings/keys", "/settings/channels", "/settings/auto-replies", "/search?q=Secretname", "/paper-phone/"]
    pages += ["/accounts?q=Secretname", "/inbox?q=Secretname", "/accounts/export.csv", "/compliance/entries.csv"]
    told |= {path: text_of(browser.get(path)) for path in pages}
    assert [path for path, text in told.items() if "ecretname" in WHAT_WAS_TYPED.sub("", text)] == []


WHAT_WAS_TYPED = re.compile(r"q=Secretname|“Secretname”|value=\"Secretname\"")


def secret(organization: Organization) -> None:
    account = owes(
        organization, "Secretname Secretname", "+13125550177", due_date=date(2026, 11, 1), number="Secretname"
    )
    ids = furnish(organization)
    Consumer.objects.of(organization).update(first_name="Secretname", last_name="Secretname")
    Creditor.objects.create(organization=organization, name="Secretname")
    for model in (ContactList, Campaign, Template):
        model.objects.of(organization).update(name="Secretname")  # type: ignore[attr-defined]
    AutoReply.objects.of(organization).update(body="Secretname", keywords=["Secretname"])
    Conversation.objects.of(organization).update(last_text="Secretname", unread=1, waiting_since=TUESDAY)
    Hold.objects.of(organization).update(notes="Secretname")
    OptOut.objects.of(organization).update(notes="Secretname", address="secretname@example.com")
    organization.people.update(name="Secretname")
    Account.objects.of(organization).update(fields={"Secretname": "Secretname"})
    Message.objects.create(
        organization=organization, direction="in", channel="sms", address="+13125550177",
        consumer_id=account.consumer_id, account_id=account.pk, body="Secretname",
        segments=1, status="received", at=TUESDAY,
    )  # fmt: skip
    assert ids


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode(errors="replace")


def test_no_form_takes_a_foreign_row(
    larkfield: Organization, ours: dict[str, str], foreign: dict[str, str], ada: Person, client: Client
) -> None:
    """Rows that are chosen in a form, not named in its address."""
    client.force_login(ada)
    campaign = {
        "name": "Spring", "contact_list": ours["list_id"], "template": ours["template_id"], "language": "en",
        "industry": Template.objects.of(larkfield).first().industry, "start": "now", "time_zone": "America/Chicago",
    }  # fmt: skip
    forms: list[tuple[str, dict[str, Any]]] = [
        ("/campaigns/new", {**campaign, "contact_list": foreign["list_id"]}),
        ("/campaigns/new", {**campaign, "template": foreign["template_id"]}),
        ("/campaigns/new", {**campaign, "sender": foreign["sender_id"]}),
        (f"/inbox/{ours['conversation_id']}/assign", {"to": foreign["person_id"]}),
        ("/settings/auto-replies", {"sender": foreign["sender_id"], "body": "Thank you.", "is_active": "on"}),
        ("/settings/channels", {"provider": foreign["provider_id"], "channel": "sms", "address": "+13125550111"}),
        (f"/contact-lists/{ours['list_id']}/remove", {"account": foreign["account_id"]}),
        (f"/accounts/{ours['account_id']}/holds/{foreign['hold_id']}/close", {"reason": "Ours"}),
    ]
    for path, given in forms:
        with writes() as changed:
            answer = client.post(path, given)
        assert set(changed) <= {"inbox_conversation", "accounts_listmember"}, path
        assert answer.status_code in {302, 404, 422}, path
    assert ListMember.objects.filter(contact_list__organization=larkfield).count() == 1
    shown = client.post("/templates/preview", {"body": "${firstName}", "account": foreign["account_id"]})
    assert shown.status_code == 200


def test_an_import_updates_nobody_elses_account(larkfield: Organization, stranger_org: Organization) -> None:
    theirs = owes(stranger_org, "Betty Ruble", "+14155550106", external_id="EXT-1")
    rows = b"firstName,lastName,phone,externalId,amount\nBetty,Changed,4155550106,EXT-1,99.00\n"
    file = io.BytesIO(rows)
    file.name = "may.csv"
    program = program_of(larkfield)
    answer = program.client.post(
        "/v1/imports", {"file": file, "provenance": "unknown", "list_name": "May"}, **program.headers({})
    )
    assert answer.status_code == 202
    from forbear.imports.actions import apply_import
    from forbear.imports.models import Import

    apply_import(import_id=Import.objects.of(larkfield).get().pk, at=TUESDAY)
    theirs.refresh_from_db()
    theirs.consumer.refresh_from_db()
    assert (theirs.balance_minor, theirs.consumer.last_name) == (3000, "Ruble")
    assert Account.objects.of(larkfield).count() == 1


def test_a_log_tells_of_no_strangers_name(larkfield: Organization, stranger: Person) -> None:
    """The sandbox's clock is everybody's, so that every log tells of its moves; who moved it is the mover's own."""
    browser = Client()
    browser.force_login(stranger)
    assert browser.post("/paper-phone/clock/", {"advance": "1h"}).status_code == 302
    assert Entry.objects.of(larkfield).count() == 1
    told = program_of(larkfield).get("/v1/compliance/entries").content.decode()
    assert stranger.name not in told


def test_a_foreign_cursor_shows_no_foreign_row(larkfield: Organization, stranger_org: Organization) -> None:
    for number in range(3):
        owes(stranger_org, f"Sid Other{number}", f"+1312555018{number}")
    cursor = program_of(stranger_org).get("/v1/accounts", limit=1).json()["next_cursor"]
    assert program_of(larkfield).get("/v1/accounts", limit=1, cursor=cursor).json()["items"] == []


def test_ids_far_out_of_range_are_not_there(api: Program, larkfield: Organization) -> None:
    from forbear.core.ids import public_id

    for number in (0, 2**31, 2**63 - 1):
        assert api.get(f"/v1/accounts/{public_id('acc', number)}").status_code == 404
    for word in ("acc_", "acc_%00", "acc_" + "n" * 3000, "acc_" + public_id("acc", 2**63 - 1)[4:] * 2, "1", "-1"):
        assert api.get(f"/v1/accounts/{word}").status_code == 404
