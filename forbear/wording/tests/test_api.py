"""`/v1/templates` as a program uses it."""

from forbear.wording.actions import install_catalogue
from tests.cast import TUESDAY, owes
from tests.door import api

__all__ = ["api"]

BODY = "Hi ${firstName}, this is ${organization}. We are a debt collector. Reply STOP to end texts."


def test_create_read_list_revise(api):
    made = api.post("/v1/templates", {"name": "Kind", "bucket": "1-30", "body": BODY})
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
    assert api.get(f"/v1/templates/{shown['id']}").json() == shown
    assert api.get("/v1/templates?bucket=1-30&channel=sms").json()["items"] == [shown]
    assert api.get("/v1/templates?bucket=final").json()["items"] == []
    revised = api.patch(f"/v1/templates/{shown['id']}", {"body": BODY + " Thanks.", "bucket": None}).json()
    assert (revised["version"], revised["bucket"]) == (2, None)


def test_a_letter_has_a_subject_and_a_tone(api):
    letter = {"name": "Letter", "channel": "email", "tone": "firm", "subject": "Order ${orderNo}", "body": BODY}
    shown = api.post("/v1/templates", letter).json()
    assert {name: shown[name] for name in letter} == letter
    assert api.get("/v1/templates?channel=email&tone=firm").json()["items"] == [shown]
    assert api.get("/v1/templates?tone=neutral").json()["items"] == []
    assert api.get("/v1/templates?tone=angry").status_code == 422
    revised = api.patch(f"/v1/templates/{shown['id']}", {"subject": "Your order", "tone": None}).json()
    assert (revised["version"], revised["subject"], revised["tone"]) == (2, "Your order", None)
    refused = api.post("/v1/templates", {**letter, "name": "X", "subject": "Hi ${colour}\nBcc: x"})
    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {"subject"}


def test_unknown_tags_are_refused_by_name(api):
    refused = api.post("/v1/templates", {"name": "X", "body": "Hi ${colour}"})
    assert refused.status_code == 422
    assert "colour" in refused.json()["fields"]["body"]


def test_lint_tells_what_is_wrong_and_counts(api):
    told = api.post("/v1/templates/lint", {"channel": "sms", "body": "URGENT ${colour}"}).json()
    codes = {finding["code"] for finding in told["findings"]}
    assert {"words.hurry", "tag.unknown", "opt_out_notice.missing", "sender.missing"} <= codes
    assert told["ok"] is False
    by_code = {finding["code"]: finding for finding in told["findings"]}
    assert (by_code["opt_out_notice.missing"]["rule"], by_code["opt_out_notice.missing"]["severity"]) == (
        "opt_out_notice",
        "error",
    )
    assert "1006.6(e)" in by_code["opt_out_notice.missing"]["cite"]
    assert told["segments"]["segments"] == 1
    assert api.post("/v1/templates/lint", {"channel": "sms", "body": BODY}).json()["ok"] is True


def test_lint_knows_the_first_message_and_the_subject(api):
    asked = {"channel": "email", "body": BODY, "stage": "initial", "subject": "Your past due balance"}
    codes = {finding["code"] for finding in api.post("/v1/templates/lint", asked).json()["findings"]}
    assert {"mini_miranda.information_used_missing", "third_party_disclosure.subject"} <= codes


def test_preview_with_an_account(api, larkfield):
    betty = owes(larkfield, "Betty Ruble", "+14155550143")
    made = api.post("/v1/templates", {"name": "Kind", "body": BODY}).json()
    seen = api.post(f"/v1/templates/{made['id']}/preview", {"account_id": betty.public_id}).json()
    assert seen["ok"] is True
    assert seen["text"].startswith("Hi Betty, this is Larkfield Recovery.")
    assert api.post(f"/v1/templates/{made['id']}/preview", {"account_id": "acc_nobody"}).status_code == 404


def test_a_template_of_another_organization_is_not_found(api, stranger_org):
    (theirs, *_) = install_catalogue(organization=stranger_org, at=TUESDAY)
    unknown = api.get("/v1/templates/tpl_nothing")
    assert api.get(f"/v1/templates/{theirs.public_id}").json() == unknown.json()
    assert api.patch(f"/v1/templates/{theirs.public_id}", {"name": "Mine"}).status_code == 404
    assert unknown.status_code == 404
