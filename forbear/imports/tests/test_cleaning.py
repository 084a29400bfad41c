"""Whole rows: what is saved of them, which are left out and why, and which are the same person or account."""

from __future__ import annotations

from pathlib import Path

import pytest

from forbear.imports.cleaning import Cleaned, Cleaner, RowFlaw, habits_of
from forbear.imports.doubles import TWICE, Seen
from forbear.imports.fresh import Writer
from forbear.imports.mapping import propose
from forbear.imports.reader import open_file
from forbear.imports.staging import Chunk, chunks
from forbear.imports.target import Target
from tests.cast import TUESDAY

from .files import BETTY, COLLECTIONS, write


def cleaned(folder: Path, content: str, country: str = "US", currency: str = "USD") -> tuple[Cleaned, Cleaner]:
    sheet = open_file(write(folder, content), "people.csv")
    columns = propose(sheet.header)
    cleaner = Cleaner(columns, habits_of(sheet.first_rows(100), columns, country=country, currency=currency))
    (batch,) = sheet.batches()
    return cleaner.clean(batch), cleaner


def staged(folder: Path, content: str) -> tuple[list[dict[str, str]], list[RowFlaw]]:
    chunk, _ = chunk_of(folder, content)
    rows = [line.split("\t") for line in chunk.text(range(chunk.rows)).splitlines()]
    return [dict(zip(chunk.told, row, strict=True)) for row in rows], chunk.cleaned.flaws


def chunk_of(folder: Path, content: str) -> tuple[Chunk, Writer]:
    """The whole file as one chunk; people are numbered from 1, accounts from 101."""
    sheet = open_file(write(folder, content), "people.csv")
    columns = propose(sheet.header)
    cleaner = Cleaner(columns, habits_of(sheet.first_rows(100), columns, country="US", currency="USD"))
    target = Target(7, 8, 9, TUESDAY, "unknown", "USD")
    writer = Writer(
        cleaner.names, target, lambda size: ([str(n + 1) for n in range(size)], [str(n + 101) for n in range(size)])
    )
    (chunk,) = chunks(sheet.batches(), cleaner, writer)
    return chunk, writer


def test_betty_becomes_what_the_walk_through_says(tmp_path: Path) -> None:
    (row,), flaws = staged(tmp_path, f"{COLLECTIONS}\n{BETTY}\n")
    assert not flaws
    assert {name: value for name, value in row.items() if value} == {
        "line": "2",
        "person": "2",
        "first_name": "Betty",
        "last_name": "Ruble",
        "creditor": "The Collectors",
        "number": "123",
        "balance": "3000",
        "due_date": "2022-12-19",
        "phone": "+14158906431",
        "email": "betty.ruble@example.com",
        "fields": '{"retailer":"Amazon","orderNo":"123","paymentLink":"https://www.stripe.com"}',
    }


def test_each_flaw_names_row_column_value_and_reason(tmp_path: Path) -> None:
    done, _ = cleaned(
        tmp_path,
        "name,phone,amount,due_date\n"
        "June Abara,555-01,96.00,10/14/26\n"
        "Luis Ferreira,6175550122,-12.00,9/31/26\n"
        "Omar Castellan,2135550131,418.20,11/02/26\n"
        "Nobody Home,,5.00,11/02/26\n",
    )
    assert done.lines == [4]
    assert done.rejected == 3
    assert [(flaw.row, flaw.column, flaw.value) for flaw in done.flaws] == [
        (2, "phone", "555-01"), (3, "amount", "-12.00"), (3, "due_date", "9/31/26"), (5, "phone", ""),
    ]  # fmt: skip
    assert done.flaws[-1].reason == "No phone number and no e-mail address: nobody could be reached."


def test_an_email_is_enough_and_placeholders_are_blanks(tmp_path: Path) -> None:
    done, _ = cleaned(tmp_path, "name,phone,email\nAnn Null,N/A,ann@example.com\n")
    assert done.columns["phone"] == [None]
    assert done.columns["email"] == ["ann@example.com"]
    assert done.columns["last_name"] == ["Null"]


def test_the_currency_column_decides_how_its_row_is_read(tmp_path: Path) -> None:
    done, _ = cleaned(tmp_path, "phone,amount,currency\n4155550101,1200,JPY\n4155550102,1200,\n4155550103,1.5,JPY\n")
    assert done.columns["balance"] == [1200, 120000]
    assert done.flaws[0].reason == "JPY has no decimals."


def test_names_of_one_column_are_split(tmp_path: Path) -> None:
    done, _ = cleaned(tmp_path, 'name,phone\nMaria de la Cruz,4155550101\n"Ruble, Betty",4155550102\nCher,4155550103\n')
    assert done.columns["first_name"] == ["Maria", "Betty", ""]
    assert done.columns["last_name"] == ["de la Cruz", "Ruble", "Cher"]


def test_cells_of_nameless_columns_are_never_dropped_silently(tmp_path: Path) -> None:
    done, _ = cleaned(tmp_path, "phone,,note\n4155550101,,x\n4155550102,lost?,x\n")
    assert [(flaw.row, flaw.column) for flaw in done.flaws] == [(3, "column 2")]


def test_formulas_and_tags_are_kept_as_text(tmp_path: Path) -> None:
    (row,), _ = staged(tmp_path, "firstName,phone,note\n=cmd|' /C calc'!A0,4155550101,Dear ${lastName}\n")
    assert row["first_name"] == "=cmd|' /C calc'!A0"
    assert row["fields"] == '{"note":"Dear ${lastName}"}'


def test_unreadable_letters_leave_their_row_out(tmp_path: Path) -> None:
    path = write(tmp_path, b"firstName,phone\nJo\x81e,4155550101\nJos\xe9,4155550102\n")
    sheet = open_file(path, "people.csv")
    columns = propose(sheet.header)
    (batch,) = sheet.batches()
    done = Cleaner(columns, habits_of(batch, columns, country="US", currency="USD")).clean(batch)
    assert done.lines == [3]
    assert "save the file as UTF-8" in done.flaws[0].reason


def test_a_cell_without_end_leaves_its_row_out(tmp_path: Path) -> None:
    done, _ = cleaned(tmp_path, f"phone,note\n4155550101,{'x' * 10_001}\n4155550102,ok\n")
    assert done.lines == [3]
    assert "longer than 10,000 characters" in done.flaws[0].reason


def test_control_characters_do_not_reach_the_rows(tmp_path: Path) -> None:
    done, _ = cleaned(tmp_path, "firstName,phone\nBe\x07tty\x1b,4155550101\n")
    assert done.columns["first_name"] == ["Betty"]


@pytest.mark.parametrize(
    ("rows", "kept", "people"),
    [
        (["A,One,4155550101,a@example.com,1", "A,One,4155550101,a@example.com,2"], [2, 3], [2, 2]),
        (["A,One,4155550101,,1", "a,ONE,4155550102,a@example.com,2", "A,One,4155550101,,1"], [2, 3], [2, 3]),
        (["A,One,4155550101,,1", "B,Two,4155550101,,1"], [2, 3], [2, 3]),
        (["A,One,4155550101,a@example.com,1", "A,One,4155550102,a@example.com,1"], [2], [2]),
    ],
)
def test_who_is_the_same_person_and_what_is_the_same_account(
    tmp_path: Path, rows: list[str], kept: list[int], people: list[int]
) -> None:
    made, flaws = staged(tmp_path, "\n".join(["firstName,lastName,phone,email,number", *rows]))
    assert [int(row["line"]) for row in made] == kept
    assert [int(row["person"]) for row in made] == people
    assert all(flaw.reason == TWICE for flaw in flaws)


def test_what_copy_would_take_for_its_own_is_escaped(tmp_path: Path) -> None:
    chunk, _ = chunk_of(tmp_path, 'phone,note\n4155550101,"a\tb\nc\\d ""e"""\n4155550102,\\N\n')
    assert chunk.told["fields"] == ['{"note":"a\\\\tb\\\\nc\\\\\\\\d \\\\"e\\\\""}', '{"note":"\\\\\\\\N"}']


def test_rows_about_strangers_are_lines_of_their_tables(tmp_path: Path) -> None:
    chunk, writer = chunk_of(
        tmp_path,
        "firstName,lastName,phone,phone_work,email,number,amount,creditor\n"
        "Ann,One,4155550101,4155550101,,A,0,Harbor\nBob,,,4155550103,bob@example.com,,12.50,\n",
    )
    tables = [text.splitlines() for _, text in writer.written(chunk.lines, {"Harbor": 5, None: None})]
    at = TUESDAY.isoformat()
    assert chunk.lines.points == [
        f"1\t+14155550101\tphone\tunknown\t0\t7\tunknown\tusable\t\t{at}\n",
        f"2\t+14155550103\tphone\twork\t1\t7\tunknown\tusable\t\t{at}\n"
        f"2\tbob@example.com\temail\tunknown\t0\t7\tunknown\tusable\t\t{at}\n",
    ]
    assert tables == [
        [f"1\tAnn\tOne\t7\t{at}\t\t\t\t\t", f"2\tBob\t\t7\t{at}\t\t\t\t\t"],
        [
            f'101\t1\tA\t0\t0\tpaid\tUSD\t{{"number":"A"}}\t5\t7\t{at}\t{at}\t{at}\t8',
            f"102\t2\t\t1250\t1250\tpending_contact\tUSD\t{{}}\t\\N\t7\t{at}\t{at}\t{at}\t8",
        ],
        ["101\t9\t8", "102\t9\t8"],
    ]


def test_a_word_is_seen_when_an_earlier_chunk_had_it(tmp_path: Path) -> None:
    seen = Seen()
    first, _ = cleaned(tmp_path, "phone,email\n4155550101,ann@example.com\n4155550102,\n")
    second, _ = cleaned(tmp_path, "phone,email\n4155550103,\n4155550104,ann@example.com\n4155550102,\n")
    assert seen.marked(first) == set()
    assert seen.marked(second) == {1, 2}
