"""Add Contacts in the browser's way and in the program's way; strangers find nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forbear.accounts.models import Account, ContactList
from forbear.imports import actions
from forbear.imports.models import Import
from forbear.staff.models import Person
from tests.cast import TUESDAY

from .files import BETTY, COLLECTIONS

WALK_THROUGH = f"{COLLECTIONS}\n{BETTY}\n"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.UPLOADS = tmp_path / "uploads"


@pytest.fixture
def browser(dana: Person) -> Client:
    client = Client()
    client.force_login(dana)
    return client


def uploaded(text: str, name: str = "test_collections_1-30dpd.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def upload(browser: Client, text: str = WALK_THROUGH, **also: str) -> Any:
    words = {"file": uploaded(text), "provenance": "given_by_consumer", "list_name": "", **also}
    return browser.post("/contact-lists/add", words)


def test_betty_comes_in_by_the_four_stages(browser: Client) -> None:
    page = browser.get("/contact-lists/add")
    assert b"Create" in page.content
    answer = upload(browser)
    batch = Import.objects.get()
    assert answer["Location"] == f"/contact-lists/imports/{batch.public_id}"
    look = browser.get(answer["Location"])
    assert "Add 1 contact" in look.content.decode()
    assert "$30.00" in look.content.decode()
    assert not Account.objects.exists()
    fields = {f"column-{at}": word for at, _, word, _ in look.context["columns"]}
    words = {"provenance": "given_by_consumer", "list_name": batch.list_name, "creditor": "", "apply": "yes"}
    saved = browser.post(answer["Location"], fields | words, follow=True)
    assert "1 contact added" in saved.content.decode()
    assert ContactList.objects.get().name == "test_collections_1-30dpd.csv"
    undone = browser.post(f"{answer['Location']}/undo", follow=True)
    assert "Taken back" in undone.content.decode()
    assert not Account.objects.exists()


def test_other_columns_are_looked_over_before_anything_is_saved(browser: Client) -> None:
    address = upload(browser)["Location"]
    words = {"provenance": "unknown", "list_name": "mine", "column-3": "ignored", "apply": "yes"}
    page = browser.post(address, words, follow=True)
    assert "Add 1 contact" in page.content.decode()
    assert not Account.objects.exists()


def test_a_wrong_choice_keeps_the_page_and_says_why(browser: Client) -> None:
    address = upload(browser)["Location"]
    page = browser.post(address, {"provenance": "unknown", "column-3": "phone"})
    assert page.status_code == 422
    assert "are chosen as phone" in page.content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("name^phone\nA^1\n", "reads as a single column"),
        ("colour,size\nred,2\n", "No column of"),
        ("name,name,phone\na,b,4155550101\n", "are both named “name”"),
    ],
)
def test_an_unusable_file_is_refused_on_the_form(browser: Client, text: str, sentence: str) -> None:
    page = upload(browser, text)
    assert sentence in page.content.decode()
    assert not Import.objects.exists()


def test_a_long_import_shows_how_far_it_is_after_a_reload(browser: Client, dana: Person) -> None:
    upload(browser)
    batch = Import.objects.get()
    Import.objects.update(status="running", total=200_000, rows_read=12_402, dry_run=False)
    address = f"/contact-lists/imports/{batch.public_id}"
    for _ in range(2):
        assert "12,402 of about 200,000 rows" in browser.get(address).content.decode()
    part = browser.get(f"{address}?part=progress", headers={"HX-Request": "true"})
    assert part.content.decode().count('role="progressbar"') == 1
    Import.objects.update(status="completed")
    done = browser.get(f"{address}?part=progress", headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == address


def test_the_errors_file_has_its_shape_and_runs_nothing(browser: Client) -> None:
    address = upload(browser, "name,phone\nAnn,4155550101\nBob,=1+1\n")["Location"]
    text = b"".join(browser.get(f"{address}/errors.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines()[0] == "row,column,value,reason"
    assert text.splitlines()[1].startswith("3,phone,'=1+1,")


def test_a_stranger_finds_no_import(browser: Client, stranger: Person) -> None:
    address = upload(browser)["Location"]
    other = Client()
    other.force_login(stranger)
    assert other.get(address).status_code == 404
    assert other.get(f"{address}/errors.csv").status_code == 404
    assert other.post(f"{address}/undo").status_code == 404
    assert other.post(address, {"provenance": "unknown"}).status_code == 404


class TestApi:
    def test_a_file_is_taken_and_told(self, browser: Client) -> None:
        words = {"file": uploaded(WALK_THROUGH), "provenance": "given_by_consumer", "list_name": "november"}
        answer = browser.post("/v1/imports", words)
        assert answer.status_code == 202, answer.content
        assert answer.json()["status"] == "queued"
        assert self.run(browser, answer) | {"id": "", "list_id": "", "errors_url": ""} == {
            "id": "", "list_id": "", "errors_url": "", "status": "completed", "dry_run": False,
            "filename": "test_collections_1-30dpd.csv",
            "total": 1, "created": 1, "updated": 0, "unchanged": 0, "rejected": 0, "error": "",
        }  # fmt: skip

    def run(self, browser: Client, answer: Any) -> dict[str, Any]:
        actions.apply_import(import_id=Import.objects.latest("pk").pk, at=TUESDAY)
        told: dict[str, Any] = browser.get(f"/v1/imports/{answer.json()['id']}").json()
        return told

    def test_accounts_come_as_json_too(self, browser: Client) -> None:
        rows = [
            {
                "contact": {"name": "Betty Ruble", "phone": "4155550106"},
                "total_amount": "120.50",
                "external_id": "X1",
                "due_date": "2026-10-01",
                "fields": {"retailer": "Harbor"},
            },
            {"contact": {"first_name": "Omar", "last_name": "Castellan", "phone": "555-01"}, "total_amount": 12},
        ]
        body = {"accounts": rows, "provenance": "given_by_consumer", "list_name": "json"}
        answer = browser.post("/v1/imports", json.dumps(body), content_type="application/json")
        assert answer.status_code == 202, answer.content
        told = self.run(browser, answer)
        assert (told["status"], told["created"], told["rejected"]) == ("completed", 1, 1)
        account = Account.objects.select_related("consumer").get()
        assert (str(account.consumer), account.balance_minor, account.external_id) == ("Betty Ruble", 12050, "X1")
        assert account.fields == {"retailer": "Harbor"}
        errors = b"".join(browser.get(told["errors_url"]).streaming_content).decode()  # type: ignore[attr-defined]
        assert "3,contact.phone,555-01," in errors

    def test_the_columns_may_be_chosen(self, browser: Client) -> None:
        words = {
            "file": uploaded("who,call\nAnn One,4155550101\n"),
            "provenance": "unknown",
            "mapping": json.dumps({"who": "name", "call": "phone"}),
            "dry_run": "true",
        }
        told = self.run(browser, browser.post("/v1/imports", words))
        assert (told["created"], told["dry_run"]) == (1, True)
        assert not Account.objects.exists()

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"provenance": "unknown"}, "file"),
            ({"file": "x"}, "file"),
            ({"file": WALK_THROUGH, "provenance": "somewhere"}, "provenance"),
            ({"file": WALK_THROUGH, "provenance": "unknown", "shoe": "1"}, "shoe"),
            ({"file": WALK_THROUGH, "provenance": "unknown", "mapping": "[]"}, "mapping"),
            ({"file": WALK_THROUGH, "provenance": "unknown", "dry_run": "1"}, "dry_run"),
        ],
    )
    def test_what_cannot_be_used_is_refused_by_name(self, browser: Client, words: dict[str, str], field: str) -> None:
        given: dict[str, Any] = dict(words)
        if len(words) > 1 and "file" in words:
            given["file"] = uploaded(words["file"])
        answer = browser.post("/v1/imports", given)
        assert answer.status_code == 422, answer.content
        assert field in answer.json()["fields"]

    def test_a_stranger_gets_the_answer_for_unknown(self, browser: Client, stranger: Person) -> None:
        browser.post("/v1/imports", {"file": uploaded(WALK_THROUGH), "provenance": "unknown"})
        public = Import.objects.get().public_id
        other = Client()
        other.force_login(stranger)
        for path in ("", "/errors.csv"):
            answer = other.get(f"/v1/imports/{public}{path}")
            unknown = other.get(f"/v1/imports/imp_tttttttt{path}")
            assert (answer.status_code, answer.json()) == (404, unknown.json())
        assert other.post(f"/v1/imports/{public}/undo").status_code == 404


def test_the_file_on_disk_is_the_file_that_was_sent(browser: Client) -> None:
    upload(browser)
    from forbear.imports.uploads import path_of

    assert path_of(Import.objects.get().path).read_bytes() == io.BytesIO(WALK_THROUGH.encode()).read()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "text/plain"),
        (b"a=1", "application/x-www-form-urlencoded"),
        (b"--x--", "multipart/form-data"),
        (b"garbage", "multipart/form-data; boundary=x"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"accounts": []}', "application/json"),
        (b'{"accounts": [{"contact": {"phone": "\\u0000"}, "total_amount": 1}]}', "application/json"),
        (b'{"accounts": [{"contact": {"phone": "\\ud800"}, "total_amount": 1}]}', "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_malformed_requests_are_refused_and_never_break(browser: Client, body: bytes, kind: str) -> None:
    answer = browser.generic("POST", "/v1/imports", body, content_type=kind)
    assert 400 <= answer.status_code < 500, answer.content
    assert answer.json()["error"]


@pytest.mark.parametrize("mapping", ['{"a": {}}', '{"nowhere": "phone"}', '{"name": "shoe"}', "{", "null", "5", '"x"'])
def test_malformed_mappings_are_refused(browser: Client, mapping: str) -> None:
    given = {"file": uploaded("name,phone\nA,4155550101\n"), "provenance": "unknown", "mapping": mapping}
    assert browser.post("/v1/imports", given).status_code == 422
