"""A POST that is sent twice happens once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from forbear.core import clock
from forbear.doors.kept import fingerprint
from forbear.staff.models import ApiKey, KeptAnswer, Organization
from forbear.web.routes import Holder
from tests.door import Program, program_of

OPT_OUT = {"address": "+14155550106", "channel": "sms", "source": "api", "notes": "asked on the telephone"}


def test_the_first_answer_is_given_again(api: Program) -> None:
    first = api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    again = api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert len(api.get("/v1/opt-outs").json()["items"]) == 1


def test_a_refusal_is_an_answer_too(api: Program) -> None:
    first = api.post("/v1/opt-outs", {"channel": "sms"}, Idempotency_Key="one")
    again = api.post("/v1/opt-outs", {"channel": "sms"}, Idempotency_Key="one")
    assert first.status_code == 422
    assert first.content == again.content
    assert "Idempotent-Replayed" in again


def test_another_body_under_the_same_key_is_refused(api: Program) -> None:
    api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    answer = api.post("/v1/opt-outs", {**OPT_OUT, "channel": "call"}, Idempotency_Key="one")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_used_otherwise")


def test_another_program_does_not_get_the_answer(api: Program, larkfield: Organization) -> None:
    api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    answer = program_of(larkfield).post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_used_otherwise")
    assert (
        program_of(larkfield, ["reports:read"]).post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one").status_code == 403
    )


def test_a_key_that_lost_its_scope_does_not_get_the_answer_again(api: Program) -> None:
    assert api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one").status_code == 201
    ApiKey.objects.update(scopes=["reports:read"])
    again = api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    assert (again.status_code, "Idempotent-Replayed" in again) == (403, False)
    assert OPT_OUT["address"] not in again.content.decode()


def test_two_organizations_may_use_the_same_key(api: Program, stranger_org: Organization) -> None:
    theirs = program_of(stranger_org)
    assert api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one").status_code == 201
    assert "Idempotent-Replayed" not in theirs.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")


def test_a_duplicate_that_overlaps_is_told_to_wait(api: Program, larkfield: Organization) -> None:
    api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    running = KeptAnswer.objects.filter(organization=larkfield, key="one")
    running.update(status=0)
    answer = api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "still_running", "1")
    running.update(at=clock.now() - timedelta(minutes=10))
    answer = api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    assert (answer.status_code, answer.json()["code"]) == (409, "never_finished")


def test_an_answer_is_kept_for_a_day(api: Program, larkfield: Organization) -> None:
    api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one")
    KeptAnswer.objects.filter(organization=larkfield).update(at=clock.now() - timedelta(hours=25))
    answer = api.post("/v1/opt-outs", {**OPT_OUT, "channel": "call"}, Idempotency_Key="one")
    assert answer.status_code == 201


def test_a_failure_of_ours_is_not_kept(api: Program, monkeypatch: Any) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("forbear.consent.actions.opt_out", fail)
        assert api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one").status_code == 500
    assert api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key="one").status_code == 201


def test_an_odd_key_is_refused(api: Program) -> None:
    for key in (" " * 3, "x" * 201, "schlüssel"):
        assert api.post("/v1/opt-outs", OPT_OUT, Idempotency_Key=key).status_code == 422


def test_a_file_counts_by_its_content() -> None:
    """The boundary of a multipart body is new each time; the parts are not."""
    holder = Holder(None, "key:1", frozenset())

    def sent(content: bytes, boundary: str) -> str:
        factory = RequestFactory()
        file = SimpleUploadedFile("a.csv", content)
        request = factory.post("/v1/imports", {"file": file, "list_name": "May"}, headers={"X": boundary})
        return fingerprint(holder, request)

    assert sent(b"a,b", "1") == sent(b"a,b", "2") != sent(b"a,c", "1")


def test_a_file_that_is_sent_twice_is_imported_once(api: Program) -> None:
    def send() -> Any:
        file = SimpleUploadedFile("may.csv", b"firstName,lastName,phone\nBetty,Ruble,4155550106\n")
        form = {"file": file, "list_name": "May", "provenance": "given_by_consumer"}
        return api.client.post("/v1/imports", form, **api.headers({"Idempotency_Key": "may"}))

    first, again = send(), send()
    assert first.status_code == again.status_code == 202
    assert first.json()["id"] == again.json()["id"]
    assert len(api.get("/v1/imports").json()["items"]) == 1
