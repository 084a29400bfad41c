"""Documents from a file: what is read, what is left out and why, and that a thousand go in at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forbear.accounts.models import Account, Consumer
from forbear.compliance.models import Entry
from forbear.core import clock
from forbear.core.refusal import Invalid
from forbear.documents import importing
from forbear.documents.models import Document, Loan, Party
from forbear.staff.models import Organization, Person
from tests.cast import TUESDAY

from .test_pages import shown

HEADER = "title,chattelType,provider,originalAmount,remainingAmount,dueDate,status,externalId,firstName,lastName,phone"
GOOD = (
    "Tractor 87,agricultural machinery,Bluepine Credit,42000,18420.50,10/22/26,BEHIND,L-87,Walter,Brandt,402-555-0119"
)
ROWS = [
    ("Boat,boat,,,,,,,,,", ""),
    ("Boat,boat,,,,,,,Walter,Brandt,402-555-0119", ""),
    (",boat,,,,,,,,,", "A document needs a title."),
    ("Boat,spaceship,,,,,,,,,", "is no chattel type"),
    ("Boat,boat,Bluepine,,,,,,,,", "A loan needs this."),
    ("Boat,boat,,100,100,,,,,,", "A loan needs this."),
    ("Boat,boat,Bluepine,100,a lot,,,,,,", "is not an amount"),
    ("Boat,boat,Bluepine,100,-5,,,,,,", "below zero"),
    ("Boat,boat,Bluepine,100,50,30/30/26,,,,,", "as its month"),
    ("Boat,boat,Bluepine,100,50,,LATE,,,,", "neither CURRENT nor BEHIND"),
    ("Boat,boat,Bluepine,100,50,,,,,,12", "too short"),
    ("x" * 201 + ",boat,,,,,,,,,", "longer than 200"),
    (GOOD, "A loan of this provider has this id already."),
]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


def file_of(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("leases.csv", "\r\n".join([HEADER, *rows, ""]).encode())


def read(organization: Organization, *rows: str) -> importing.Read:
    with importing.read_upload(organization, file_of(*rows), provenance="given_by_consumer") as seen:
        return seen


def put(organization: Organization, *rows: str) -> list[Document]:
    return importing.apply(organization=organization, rows=read(organization, *rows).rows, actor="system", at=TUESDAY)


@pytest.mark.parametrize(("row", "why"), ROWS, ids=range(len(ROWS)))
def test_a_row_is_taken_or_left_out_with_its_reason(larkfield: Organization, row: str, why: str) -> None:
    seen = read(larkfield, GOOD, row)
    assert [one.line for one in seen.rows] == ([2] if why else [2, 3])
    assert [flaw.row for flaw in seen.flaws[:1]] == ([3] if why else [])
    assert why in " ".join(flaw.reason for flaw in seen.flaws)


def test_a_row_becomes_a_document_with_a_loan_that_is_an_account(larkfield: Organization) -> None:
    put(larkfield, GOOD)
    loan = Loan.objects.select_related("account__consumer__organization", "account__creditor", "document").get()
    assert (loan.document.title, loan.document.chattel_type) == ("Tractor 87", "agricultural_machinery")
    assert (loan.status, loan.original_minor, loan.account.balance_minor) == ("BEHIND", 4_200_000, 1_842_050)
    assert (str(loan.account.due_date), loan.provider_name, loan.account.external_id) == (
        "2026-10-22",
        "Bluepine Credit",
        "L-87",
    )
    assert str(loan.account.consumer) == "Walter Brandt"
    assert Party.objects.get().consumer_id == loan.account.consumer_id


def test_the_same_file_again_adds_nothing(larkfield: Organization) -> None:
    put(larkfield, GOOD)
    assert put(larkfield, GOOD) == []
    assert Document.objects.count() == 1


def test_the_same_person_is_one_person(larkfield: Organization) -> None:
    put(larkfield, GOOD, GOOD.replace("L-87", "L-88"))
    put(larkfield, GOOD.replace("L-87", "L-89"))
    assert Consumer.objects.count() == 1
    assert Account.objects.count() == 3


def test_a_thousand_go_in_with_a_fixed_number_of_statements(
    larkfield: Organization, django_assert_max_num_queries: Any
) -> None:
    rows = [GOOD.replace("L-87", f"L-{number}").replace("0119", f"{number:04}") for number in range(1000)]
    seen = read(larkfield, *rows)
    with django_assert_max_num_queries(40):
        importing.apply(organization=larkfield, rows=seen.rows, actor="system", at=TUESDAY)
    assert Loan.objects.count() == 1000
    assert Entry.objects.filter(event="documents:document:created").count() == 1000


def test_the_page_reads_first_and_adds_when_told(larkfield: Organization, dana: Person) -> None:
    client = Client()
    client.force_login(dana)
    words = {"file": file_of(GOOD, ",boat,,,,,,,,,"), "provenance": "given_by_consumer"}
    seen = client.post("/documents/import", words)
    assert "2 rows from leases.csv : 1 document, 1 with a loan; 1 row left out" in shown(seen)
    assert not Document.objects.exists()
    word = seen.context["word"]
    errors = client.post("/documents/import/errors.csv", {"file": word})
    assert b"3,title,,A document needs a title." in b"".join(errors.streaming_content)
    assert "1 document added from leases.csv." in shown(
        client.post("/documents/import/apply", {"file": word}, follow=True)
    )
    assert Document.objects.count() == 1
    assert client.post("/documents/import/apply", {"file": "forged"}).status_code == 404


def test_of_two_who_confirm_the_same_file_one_adds_it(larkfield: Organization) -> None:
    name, _ = importing.keep(larkfield, file_of("Boat,boat,,,,,,,,,"))
    with importing.taken(name) as mine:
        with pytest.raises(Invalid), importing.taken(name):
            pass
        assert importing.read_kept(larkfield, mine, "documents.csv", provenance="").total == 1
    with pytest.raises(Invalid):
        importing.read_kept(larkfield, name, "documents.csv", provenance="")


def test_a_file_whose_rows_could_not_be_added_is_given_back(larkfield: Organization) -> None:
    name, _ = importing.keep(larkfield, file_of("Boat,boat,,,,,,,,,"))
    with pytest.raises(RuntimeError), importing.taken(name):
        raise RuntimeError
    assert importing.read_kept(larkfield, name, "documents.csv", provenance="").total == 1


def test_a_file_of_another_organization_is_not_there(larkfield: Organization, dana: Person, stranger: Person) -> None:
    ours, theirs = Client(), Client()
    ours.force_login(dana)
    theirs.force_login(stranger)
    word = ours.post("/documents/import", {"file": file_of(GOOD), "provenance": "unknown"}).context["word"]
    assert theirs.post("/documents/import/apply", {"file": word}).status_code == 404


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"name,phone\r\nWalter,402-555-0119\r\n", "has no column chattelType"),
        (b"%PDF-1.7\n", "is a PDF"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(larkfield: Organization, dana: Person, content: bytes, why: str) -> None:
    client = Client()
    client.force_login(dana)
    file = SimpleUploadedFile("leases.csv", content)
    answer = client.post("/documents/import", {"file": file, "provenance": "unknown"})
    assert answer.status_code == 422
    assert why in shown(answer)
