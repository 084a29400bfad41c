"""What holds for every route: who is let in, how a refusal is told, what a body may hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from forbear.doors.pace import Pace
from forbear.doors.problems import name_of
from forbear.doors.refusals import TooFast
from forbear.staff.keys import issue_key, revoke_key
from forbear.staff.models import Organization, Person
from tests.cast import TUESDAY, employ
from tests.door import Program, program_of

ENGINE = "/v1/engine"


def test_without_a_key_the_answer_says_how_to_send_one(client: Client, db: None) -> None:
    answer = client.get(ENGINE)
    assert answer.status_code == 401
    assert answer.json()["code"] == "key_missing"
    assert "Authorization: Bearer" in answer.json()["error"]


def test_missing_invalid_and_expired_keys_are_told_apart(larkfield: Organization, db: None) -> None:
    old = issue_key(
        organization=larkfield,
        name="Old",
        scopes=[],
        actor="system",
        at=TUESDAY - timedelta(days=9999),
        expires_at=TUESDAY - timedelta(days=9998),
    )
    codes = {Program(token).get(ENGINE).json()["code"] for token in ("", "fb_live_nobody", old.token)}
    assert codes == {"key_missing", "key_invalid", "key_expired"}


def test_a_key_may_come_in_its_own_header(larkfield: Organization) -> None:
    token = program_of(larkfield).token
    assert Client().get(ENGINE, headers={"X-API-Key": token}).status_code == 200


def test_a_revoked_key_opens_nothing(larkfield: Organization) -> None:
    issued = issue_key(organization=larkfield, name="Lost", scopes=["campaigns:read"], actor="system", at=TUESDAY)
    revoke_key(organization=larkfield, key_id=issued.key.pk, actor="system", at=TUESDAY)
    assert Program(issued.token).get(ENGINE).json()["code"] == "key_invalid"


def test_a_key_without_the_scope_is_told_which_one_it_lacks(larkfield: Organization) -> None:
    reader = program_of(larkfield, ["campaigns:read"])
    assert reader.get(ENGINE).status_code == 200
    answer = reader.patch(ENGINE, {"nonsense": 1})
    assert answer.status_code == 403
    assert "settings:write" in answer.json()["error"]


def test_a_session_writes_only_with_its_csrf_token(browser: Client) -> None:
    assert browser.get(ENGINE).status_code == 200
    refused = browser.post("/v1/engine/pause")
    assert refused.status_code == 403
    assert refused.json()["code"] == "csrf_failed"
    browser.get("/settings")
    token = browser.cookies["csrftoken"].value
    paused = browser.post("/v1/engine/pause", headers={"X-CSRFToken": token})
    assert (paused.status_code, paused.json().get("paused")) == (200, True), paused.json()


def test_a_role_has_the_scopes_of_its_permissions(larkfield: Organization) -> None:
    from forbear.staff.states import Role

    client = Client()
    client.force_login(employ(larkfield, "Ike Look", Role.ANALYST))
    assert client.get(ENGINE).status_code == 200
    assert client.post("/v1/engine/pause").status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ("{", 400, "malformed_request", None),
        (b"\xff\xfe", 400, "malformed_request", None),
        ("[" * 100_000, 400, "malformed_request", None),
        ('{"auto_enqueue": NaN}', 400, "malformed_request", None),
        ('{"auto_enqueue": 1e999}', 400, "malformed_request", None),
        ('{"auto_enqueue": true, "auto_enqueue": false}', 400, "malformed_request", None),
        ('{"auto_enqueue": "true"}', 422, "invalid", "auto_enqueue"),
        ('{"auto_enqueue": 1}', 422, "invalid", "auto_enqueue"),
        ('{"surprise": 1}', 422, "invalid", "surprise"),
        ('{"limits": {"per_day": "3"}}', 422, "invalid", "limits.per_day"),
        ('{"limits": {"per_day": 3.5}}', 422, "invalid", "limits.per_day"),
        ('{"limits": {"per_day": 100000000000000000000000000}}', 422, "invalid", "limits.per_day"),
        ('{"limits": {"weekdays": [0, 9]}}', 422, "invalid", "limits.weekdays"),
        ('{"limits": {"window": {"from": "8", "to": "21:00"}}}', 422, "invalid", "limits.window.from"),
        ('{"limits": {"window": {"from": "22:00", "to": "21:00"}}}', 422, "unusable_setting", "window_to"),
        ('{"limits": {"window": {"from": "06:00", "to": "20:00"}}}', 422, "unusable_setting", "window_from"),
        ('{"auto_enqueue": "\\u0000"}', 422, "invalid", "auto_enqueue"),
        ('{"auto_enqueue": "\\ud800"}', 422, "invalid", "auto_enqueue"),
        ("[]", 422, "invalid", None),
        ("null", 422, "invalid", None),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_by_name(
    api: Program, body: str | bytes, status: int, code: str, field: str | None
) -> None:
    answer = api.patch(ENGINE, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert answer.json()["error"].endswith((".", ")"))
    if field:
        assert field in answer.json()["fields"]


@pytest.mark.parametrize(
    ("location", "name"),
    [
        (("body", "given", "steps", 0, "wait"), "steps.0.wait"),
        (("query", "limit"), "limit"),
        (("body", "given", "amount", "MoneyGiven", "currency"), "amount.currency"),
        (("body", "given", "amount", "function-before[_amount(), constrained-str]"), "amount"),
    ],
)
def test_a_field_is_named_as_it_was_written(location: tuple[str | int, ...], name: str) -> None:
    assert name_of(location) == name


def test_a_word_that_is_not_to_choose_is_told_with_those_that_are(api: Program) -> None:
    days = {"start_date": "2026-11-23", "end_date": "2026-11-24"}
    told = api.post("/v1/campaigns", {"name": "Autumn", "kind": "document", **days}).json()
    assert told["fields"] == {"kind": "Choose portfolio or broadcast."}
    told = api.post("/v1/payments", {"account_id": "acc_none", "amount": "-5"}).json()
    assert list(told["fields"]) == ["amount"]
    assert told["error"].startswith("amount: An amount lies between")
    money = {"amount": "5", "currency": "usd"}
    told = api.post("/v1/payments", {"account_id": "acc_none", "amount": money}).json()
    assert list(told["fields"]) == ["amount.currency"]


def test_only_json_is_read(api: Program) -> None:
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = Client().patch(ENGINE, "a=1", content_type="application/x-www-form-urlencoded", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong_content_type")


def test_a_body_above_the_limit_is_refused(api: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = api.patch(ENGINE, {"x": "y" * 2000})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_route_that_takes_nothing_refuses_something(api: Program) -> None:
    assert api.post("/v1/engine/pause", {}).status_code == 200
    assert api.post("/v1/engine/resume", {"now": True}).json()["fields"] == {"now": "There is no such field."}


def test_unknown_parameters_are_refused(api: Program) -> None:
    answer = api.get("/v1/queue", state="pending")
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["state"]


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "501"}, {"limit": "x"}, {"limit": "9" * 5000}, {"cursor": "x"}, {"status": "odd"}],
)
def test_parameters_that_cannot_be_used_are_refused(api: Program, query: dict[str, str]) -> None:
    assert api.get("/v1/queue", **query).status_code == 422


def test_a_nul_in_a_parameter_is_refused(api: Program) -> None:
    assert api.get("/v1/queue", campaign="a\x00b").status_code == 422


def test_unknown_addresses_and_methods_answer_in_json(api: Program) -> None:
    missing = api.get("/v1/nowhere")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    wrong = api.delete(ENGINE)
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong["Allow"]


def test_what_is_anothers_answers_like_what_is_not_there(
    api: Program, stranger_org: Organization, stranger: Person
) -> None:
    from tests.cast import owes

    theirs = owes(stranger_org, "Fay Foreign", "+14155550190")
    answers = [
        api.post(f"/v1/accounts/{name}/dispatch", {"channel": "sms", "body": "Hello"})
        for name in (theirs.public_id, "acc_nothing", "acc_" + "9" * 40)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_an_unexpected_failure_is_told_without_its_trace(api: Program, monkeypatch: Any) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("forbear.dispatch.queries.engine_figures", fail)
    answer = api.get(ENGINE)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert b"secret" not in answer.content


def test_too_many_requests_wait() -> None:
    now = [0.0]
    pace = Pace(60, timer=lambda: now[0])
    for _ in range(60):
        pace.spend("key:1")
    with pytest.raises(TooFast) as refused:
        pace.spend("key:1")
    assert refused.value.retry_after == 1
    pace.spend("key:2")
    now[0] = 1.0
    pace.spend("key:1")


def test_too_many_requests_answer_429(api: Program, monkeypatch: Any) -> None:
    monkeypatch.setattr("forbear.doors.keys.PACE", Pace(1))
    assert api.get(ENGINE).status_code == 200
    answer = api.get(ENGINE)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
