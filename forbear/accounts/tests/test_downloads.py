"""Accounts that leave as a file: everything is in it, nothing in it can run, and the importer knows its header."""

import csv
import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from forbear.accounts.downloads import columns_of, rows_of
from forbear.accounts.models import Account, ContactPoint, Creditor, KnownField
from forbear.compliance.models import Entry
from tests.cast import TUESDAY, owes
from tests.engine_room import list_of

NASTY = '=HYPERLINK("http://evil.example.com")'


@pytest.fixture
def people(larkfield):
    harbor = Creditor.objects.create(organization=larkfield, name="Harbor, Furniture")
    betty = owes(
        larkfield,
        'Betty "Bet" Ruble',
        "+14155550106",
        external_id="E-1",
        creditor=harbor,
        due_date=TUESDAY.date(),
        fields={"retailer": NASTY, "orderNo": "0042"},
    )
    omar = owes(larkfield, "Omar Castellan", "+12135550131", balance_minor=41820, fields={"retailer": "Größe & Co"})
    for position, (kind, address) in enumerate([("phone", "+12125550143"), ("email", "omar@example.com")]):
        ContactPoint.objects.create(
            organization=larkfield,
            consumer=omar.consumer,
            kind=kind,
            address=address,
            position=1 if position == 0 else 0,
            observed_at=TUESDAY,
        )
    for name in ("orderNo", "retailer"):
        KnownField.objects.create(organization=larkfield, name=name)
    return list_of(larkfield, [betty, omar], name="Autumn / 1-30")


@pytest.fixture
def desk(dana):
    client = Client()
    client.force_login(dana)
    return client


def downloaded(desk, people, kind="csv"):
    answer = desk.get(reverse("contact_list_export", args=[people.public_id, kind]))
    return answer, b"".join(answer.streaming_content)


def test_every_standard_and_custom_column_is_there(desk, people):
    answer, body = downloaded(desk, people)
    assert 'filename="Autumn-1-30.csv"' in answer["Content-Disposition"]
    betty, omar = csv.DictReader(io.StringIO(body.decode(), newline=""))
    assert betty == {
        "firstName": "Betty",
        "lastName": '"Bet" Ruble',
        "phone": "+14155550106",
        "phone2": "",
        "email": "",
        "amount": "30.00",
        "currency": "USD",
        "dueDate": "2026-11-24",
        "accountNumber": betty["accountNumber"],
        "externalId": "E-1",
        "creditorName": "Harbor, Furniture",
        "score": "",
        "language": "",
        "timeZone": "",
        "postalCode": "",
        "state": "",
        "accountStatus": "pending_contact",
        "orderNo": "0042",
        "retailer": "'" + NASTY,
    }
    assert (omar["phone"], omar["phone2"], omar["email"]) == ("+12135550131", "+12125550143", "omar@example.com")
    assert (omar["amount"], omar["retailer"]) == ("418.20", "Größe & Co")


def test_a_workbook_has_no_formula_in_it(desk, people):
    _, body = downloaded(desk, people, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert len(cells) == 3 * 19
    assert not any(cell.data_type == "f" for cell in cells)
    assert any(cell.value == "'" + NASTY for cell in cells)


def test_a_download_is_kept_on_record(desk, people, dana):
    downloaded(desk, people)
    assert Entry.objects.get(event="accounts:list:exported").actor == dana.actor
    b"".join(desk.get(reverse("accounts_export", args=["csv"]), {"q": "omar"}).streaming_content)
    assert '"accounts":1' in Entry.objects.get(event="accounts:account:exported").facts


def test_what_was_asked_for_is_what_is_downloaded(desk, people):
    answer = desk.get(reverse("accounts_export", args=["csv"]), {"q": "omar"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
    assert [row["lastName"] for row in rows] == ["Castellan"]
    assert "orderNo" not in rows[0], "a custom field that none of them has"


def test_a_program_downloads_the_same_file(desk, api, people):
    answer = api.get(f"/v1/contact-lists/{people.public_id}/export.csv")
    assert b"".join(answer.streaming_content) == downloaded(desk, people)[1]


def test_rows_are_read_in_pages(people, larkfield, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("forbear.accounts.downloads._PAGE", 1)
    rows = Account.objects.of(larkfield)
    columns = columns_of(rows, larkfield)
    with django_assert_num_queries(5):
        assert len(list(rows_of(rows, columns))) == 2
