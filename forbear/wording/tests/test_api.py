"""`/v1/templates` as a program uses it."""

import json

import pytest

from forbear.staff.actions import issue_key
from forbear.wording.actions import install_catalogue
from tests.cast import TUESDAY, owes

BODY = "Hi ${firstName}, this is ${organization}. We are a debt collector. Reply STOP to end texts."


@pytest.fixture
def api(client, larkfield, dana):
    """Ask with a key that may read and write templates."""
    scopes = {"templates:read", "templates:write"}
    issued = issue_key(
        organization=larkfield, name="Tests", scopes=scopes, actor=dana.actor, at=TUESDAY, created_by=dana
    )

    def ask(method, path, body=None):
        words = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {issued.token}"}}
        return client.generic(method, f"/v1{path}", json.dumps(body) if body else "", **words)

    return ask


def test_create_read_list_revise(api):
    made = api("POST", "/templates", {"name": "Kind", "bucket": "1-30", "body": BODY})
    assert made.status_code == 201
    shown = made.json()
    assert {name: shown[name] for name in ("name", "channel", "language", "bucket", "body", "version")} == {
        "name": "Kind",
        "channel": "sms",
        "language": "en",
        "bucket": "1-30",
        "body": BODY,
        "version": 1,
    }
    assert api("GET", f"/templates/{shown['id']}").json() == shown
    assert api("GET", "/templates?bucket=1-30&channel=sms").json()["items"] == [shown]
    assert api("GET", "/templates?bucket=final").json()["items"] == []
    revised = api("PATCH", f"/templates/{shown['id']}", {"body": BODY + " Thanks.", "bucket": None}).json()
    assert (revised["version"], revised["bucket"]) == (2, None)


def test_unknown_tags_are_refused_by_name(api):
    refused = api("POST", "/templates", {"name": "X", "body": "Hi ${colour}"})
    assert refused.status_code == 422
    assert "colour" in refused.json()["fields"]["body"]


def test_lint_tells_what_is_wrong_and_counts(api):
    told = api("POST", "/templates/lint", {"channel": "sms", "body": "URGENT ${colour}"}).json()
    codes = {finding["code"] for finding in told["findings"]}
    assert {"words.hurry", "tag.unknown", "opt_out_notice.missing", "sender.missing"} <= codes
    assert told["ok"] is False
    assert told["segments"]["segments"] == 1
    assert api("POST", "/templates/lint", {"channel": "sms", "body": BODY}).json()["ok"] is True


def test_preview_with_an_account(api, larkfield):
    betty = owes(larkfield, "Betty Ruble", "+14155550143")
    made = api("POST", "/templates", {"name": "Kind", "body": BODY}).json()
    seen = api("POST", f"/templates/{made['id']}/preview", {"account_id": betty.public_id}).json()
    assert seen["ok"] is True
    assert seen["text"].startswith("Hi Betty, this is Larkfield Recovery.")
    assert api("POST", f"/templates/{made['id']}/preview", {"account_id": "acc_nobody"}).status_code == 404


def test_a_template_of_another_organization_is_not_found(api, stranger_org):
    (theirs, *_) = install_catalogue(organization=stranger_org, at=TUESDAY)
    unknown = api("GET", "/templates/tpl_nothing")
    assert api("GET", f"/templates/{theirs.public_id}").json() == unknown.json()
    assert api("PATCH", f"/templates/{theirs.public_id}", {"name": "Mine"}).status_code == 404
    assert unknown.status_code == 404
