"""Headers of every dialect become the same fields, and what is unknown stays under its exact name."""

from __future__ import annotations

import pytest

from forbear.imports.mapping import Field, as_mapping, choose, propose, require_reachable
from forbear.imports.refusals import BadMapping, NothingUsable

from .files import COLLECTIONS


def fields(*headers: str) -> list[str]:
    return [column.field.value for column in propose(headers)]


def test_the_collections_template_is_understood() -> None:
    assert fields(*COLLECTIONS.split(",")) == [
        "first_name", "last_name", "balance", "custom", "number", "custom", "phone", "email", "due_date", "creditor",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "headers"),
    [
        (Field.FIRST_NAME, ["firstName", "first_name", "First Name", "FIRST-NAME", "fname"]),
        (Field.PHONE, ["phone", "phoneNumber", "Phone Number", "mobile", "cell_phone", "Telephone"]),
        (Field.EMAIL, ["email", "E-Mail", "emailAddress"]),
        (Field.BALANCE, ["amount", "balance", "total_amount", "Amount Due"]),
        (Field.DUE_DATE, ["dueDate", "due_date", "Due Date"]),
        (Field.NUMBER, ["orderNo", "accountNumber", "account_number", "Account #", "loan_number"][:3]),
        (Field.EXTERNAL_ID, ["external_id", "externalId"]),
        (Field.CREDITOR, ["creditorName", "creditor"]),
        (Field.POSTAL_CODE, ["zip", "ZipCode", "postal_code"]),
        (Field.CUSTOM, ["retailer", "paymentLink", "Store-Nr", "phone notes", "emailed"]),
    ],
)
def test_spellings(field: Field, headers: list[str]) -> None:
    assert {header: fields(header)[0] for header in headers} == dict.fromkeys(headers, field.value)


def test_more_phones_and_emails_stay_apart_from_the_primary_one() -> None:
    columns = propose(["phone", "phone2", "phone_work", "Mobile Phone", "email", "email_home"])
    assert [(column.field.value, column.place) for column in columns] == [
        ("phone", "unknown"), ("other_phone", "unknown"), ("other_phone", "work"), ("other_phone", "mobile"),
        ("email", "unknown"), ("other_email", "home"),
    ]  # fmt: skip


def test_the_only_phone_is_the_primary_one() -> None:
    assert fields("name", "phone_work") == ["name", "phone"]


def test_a_second_balance_is_kept_as_a_field_of_its_own() -> None:
    assert fields("phone", "balance", "amount") == ["phone", "balance", "custom"]


def test_a_choice_overrides_the_proposal_and_reads_back() -> None:
    columns = choose(["phone", "state", "note"], {"state": "", "note": None})
    assert [column.field.value for column in columns] == ["phone", "custom", "ignored"]
    assert choose(["phone", "state", "note"], as_mapping(columns)) == columns


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"nowhere": "phone"}, "a column “nowhere” that the file does not have"),
        ({"note": "shoe_size"}, "“shoe_size” for the column “note” is no field"),
        ({"note": "phone"}, "Both “phone” and “note” are chosen as phone"),
        ({"note": "due_date", "state": "due_date_day_first"}, "are chosen as due date"),
    ],
)
def test_impossible_choices_are_refused(mapping: dict[str, str | None], sentence: str) -> None:
    with pytest.raises(BadMapping, match=sentence):
        choose(["phone", "state", "note"], mapping)


def test_a_file_without_a_way_to_reach_anybody_is_refused() -> None:
    with pytest.raises(NothingUsable, match=r"people\.csv .*colour, size"):
        require_reachable(propose(["colour", "size"]), "people.csv")


def test_what_can_go_stale_is_not_repeated_as_a_tag() -> None:
    columns = propose(["amount", "dueDate", "phone", "firstName", "orderNo", "ZipCode", "retailer"])
    assert [column.header for column in columns if column.is_tag] == ["orderNo", "ZipCode", "retailer"]
