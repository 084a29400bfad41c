"""Files of every sort: what can be read is read the same way, what cannot is refused in one sentence."""

from __future__ import annotations

import datetime as dt
import random
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.imports import refusals
from forbear.imports.limits import MIB, Limits
from forbear.imports.reader import open_file
from forbear.imports.sheet import Sheet

from .files import BETTY, COLLECTIONS, patched, workbook, write

SHEET = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WALK_THROUGH = f"{COLLECTIONS}\n{BETTY}\n"


def rows_of(sheet: Sheet, size: int = 20_000) -> list[tuple[int, list[str]]]:
    return [pair for batch in sheet.batches(size) for pair in zip(batch.lines, batch.rows, strict=True)]


def opened(folder: Path, content: str | bytes, **also: str) -> Sheet:
    return open_file(write(folder, content, **also), "people.csv")


@pytest.mark.parametrize(
    "content",
    [
        WALK_THROUGH.encode(),
        b"\xef\xbb\xbf" + WALK_THROUGH.encode(),
        WALK_THROUGH.replace("\n", "\r\n").encode(),
        WALK_THROUGH.replace("\n", "\r").encode(),
        WALK_THROUGH.replace(",", ";").encode(),
        WALK_THROUGH.replace(",", "\t").encode(),
        WALK_THROUGH.replace(",", "|").encode(),
        ("sep=;\n" + WALK_THROUGH.replace(",", ";")).encode(),
        WALK_THROUGH.encode("utf-16"),
        b"\xfe\xff" + WALK_THROUGH.encode("utf-16-be"),
        WALK_THROUGH.encode("utf-16-le"),
        WALK_THROUGH.rstrip("\n").encode(),
        ("\n\n" + WALK_THROUGH).encode(),
        WALK_THROUGH.replace("Betty", '"Betty"').encode(),
    ],
)
def test_the_walk_through_file_reads_the_same_in_every_dress(tmp_path: Path, content: bytes) -> None:
    sheet = opened(tmp_path, content)
    assert sheet.header == tuple(COLLECTIONS.split(","))
    assert [cells for _, cells in rows_of(sheet)] == [BETTY.split(",")]


def test_a_row_is_numbered_by_its_line_even_below_quoted_line_breaks(tmp_path: Path) -> None:
    sheet = opened(tmp_path, 'name,phone,note\nA,4155550101,"one\ntwo, and ""three"""\nB,4155550102,x\n')
    assert rows_of(sheet) == [
        (2, ["A", "4155550101", 'one\ntwo, and "three"']),
        (4, ["B", "4155550102", "x"]),
    ]


def test_short_rows_are_filled_up_and_long_ones_told(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "name,phone,note\nA,4155550101\nB,4155550102,x,,\nC,4155550103,x,y\n")
    (batch,) = sheet.batches()
    assert batch.rows == [["A", "4155550101", ""], ["B", "4155550102", "x"]]
    assert batch.ragged == [(4, 4, 4)]


def test_letters_of_western_windows_are_read(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "name,phone\nJosé Núñez,4155550101\n".encode("cp1252"))
    assert rows_of(sheet)[0][1][0] == "José Núñez"
    assert "Windows-1252" in sheet.read_as


def test_an_accent_far_down_the_file_does_not_break_it(tmp_path: Path) -> None:
    many = "name,phone\n" + "Ann,4155550101\n" * 30_000
    sheet = opened(tmp_path, many.encode() + "Zoë,4155550102\n".encode("cp1252"))
    assert rows_of(sheet)[-1][1][0] == "Zoë"


def test_headers_with_dashes_and_spaces_stand_as_they_are(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "first-name, Home  phone ,ZipCode,,\nA,4155550101,94127,,\n")
    assert sheet.header == ("first-name", "Home phone", "ZipCode")


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    rows = [
        ["name", "phone", "amount", "due", "paid"],
        ["Betty", 4155550106, 30.5, dt.date(2022, 12, 19), True],
        ["", None, None, None, None],
        ["Omar", "4155550107", 96.3, None, False],
    ]
    sheet = open_file(workbook(tmp_path, rows, empty_first=True), "people.xlsx")
    assert rows_of(sheet) == [
        (2, ["Betty", "4155550106", "30.5", "2022-12-19", "TRUE"]),
        (4, ["Omar", "4155550107", "96.3", "", "FALSE"]),
    ]


def test_a_workbook_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["name", "phone"], ["Betty", "4155550106"]], name="people.csv")
    assert open_file(path, "people.csv").read_as.startswith("Excel")


REFUSED = [
    (b"", refusals.EmptyFile),
    (b"\xef\xbb\xbf\r\n \r\n", refusals.EmptyFile),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", refusals.BinaryFile),
    (b"%PDF-1.7 something", refusals.BinaryFile),
    (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, refusals.BinaryFile),
    (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), refusals.EncryptedWorkbook),
    (b"name^phone\nBetty^4155550106\n", refusals.OneColumnOnly),
    (b"4155550106,betty@example.com\n4155550107,omar@example.com\n", refusals.NoHeader),
    (b"name,phone,name\nA,4155550106,B\n", refusals.DuplicateHeaders),
    (b"name,phone\n", refusals.NoRows),
    (b'name,phone\n"Betty,4155550106\n' + b"Omar,4155550107\n" * 10_000, refusals.QuoteNeverClosed),
    (b"PK\x03\x04 not a zip at all", refusals.NotAWorkbook),
    (",".join(f"c{n}" for n in range(300)).encode() + b"\n1\n", refusals.TooManyColumns),
]


@pytest.mark.parametrize(("content", "refusal"), REFUSED, ids=lambda value: getattr(value, "__name__", ""))
def test_unusable_files_are_refused_in_one_sentence_that_names_them(
    tmp_path: Path, content: bytes, refusal: type[refusals.FileRefused]
) -> None:
    with pytest.raises(refusal) as refused:
        rows_of(opened(tmp_path, content))
    assert "people.csv" in refused.value.sentence
    assert refused.value.sentence.endswith(".")
    assert "\n" not in refused.value.sentence


def test_a_line_of_a_hundred_megabytes_is_refused_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"name,phone\n")
        for _ in range(100):
            file.write(b"x" * 2**20)
    tracemalloc.start()
    with pytest.raises(refusals.LineTooLong, match=r"Line 2 of long\.csv"):
        open_file(path, "long.csv")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(refusals.FileTooBig):
        open_file(write(tmp_path, WALK_THROUGH * 100), "people.csv", Limits(size=1000))


def test_more_rows_than_the_limit_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "name,phone\n" + "A,4155550101\n" * 50)
    sheet = open_file(path, "people.csv", Limits(rows=20))
    with pytest.raises(refusals.TooManyRows):
        rows_of(sheet, size=10)


class TestHostileWorkbooks:
    @pytest.fixture
    def good(self, tmp_path: Path) -> Path:
        return workbook(tmp_path, [["name", "phone"], ["Betty", "4155550106"]])

    def test_a_bomb_is_not_unpacked(self, good: Path) -> None:
        bomb = patched(good, "xl/worksheets/sheet1.xml", b" " * (64 * 2**20), "bomb.xlsx")
        assert bomb.stat().st_size < 200_000
        with pytest.raises(refusals.ZipBomb, match=r"bomb\.xlsx"):
            open_file(bomb, "bomb.xlsx")

    def test_many_members_or_much_text_are_refused(self, good: Path) -> None:
        for limits in (Limits(members=3), Limits(unpacked=1000), replace(Limits(), shared_text=10)):
            with pytest.raises(refusals.ZipBomb):
                open_file(good, "people.xlsx", limits)

    def test_entities_are_not_expanded(self, good: Path) -> None:
        laughs = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
        strings = b'<!DOCTYPE sst [<!ENTITY l0 "ha">' + laughs + b"]><sst><si><t>&l9;</t></si></sst>"
        with pytest.raises(refusals.NotAWorkbook):
            rows_of(open_file(patched(good, "xl/sharedStrings.xml", strings, "laughs.xlsx"), "laughs.xlsx"))

    @pytest.mark.parametrize(
        "rows",
        [
            b'<row r="99999999999"><c r="A99999999999" t="str"><v>x</v></c></row>',
            b'<row r="1"><c r="ZZZ1" t="str"><v>x</v></c></row>',
            b"<row r='1'><c r='A1'><v>1</v>",
        ],
    )
    def test_impossible_places_and_broken_parts_are_refused(self, good: Path, rows: bytes) -> None:
        sheet = (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            + rows
            + b"</sheetData></worksheet>"
        )
        with pytest.raises(refusals.FileRefused):
            rows_of(
                open_file(patched(good, "xl/worksheets/sheet1.xml", sheet, "odd.xlsx"), "odd.xlsx", Limits(rows=5_000))
            )

    def test_a_table_of_texts_is_bounded_wherever_it_lies(self, good: Path) -> None:
        with zipfile.ZipFile(good) as archive:
            manifest, texts = archive.read("[Content_Types].xml"), archive.read("xl/sharedStrings.xml")
        elsewhere = patched(
            good, "[Content_Types].xml", manifest.replace(b"/xl/sharedStrings", b"/xl/worksheets/odd"), "odd.xlsx"
        )
        with zipfile.ZipFile(elsewhere, "a") as archive:
            archive.writestr("xl/worksheets/odd.xml", texts)
        assert rows_of(open_file(elsewhere, "odd.xlsx")) == [(2, ["Betty", "4155550106"])]
        with pytest.raises(refusals.ZipBomb, match=r"odd\.xlsx"):
            open_file(elsewhere, "odd.xlsx", replace(Limits(), shared_text=len(texts) - 1))

    @pytest.mark.parametrize(
        "inside",
        [
            lambda noise: noise,
            lambda noise: noise[:MIB] + b"<!---->" + noise[:MIB],
            lambda noise: noise[:MIB] + b"<?x?>" + noise[:MIB],
            lambda noise: b"</v></c>" + b"<c/>" * (3 * MIB) + b"<c><v>",
        ],
        ids=["one text", "a text with comments", "a text with instructions", "one row"],
    )
    def test_what_has_no_end_is_refused_before_it_is_held(self, good: Path, inside: Any) -> None:
        noise = bytes(b"abcdefghijklmnopqrstuvwxyz012345"[byte % 32] for byte in random.Random(7).randbytes(2 * MIB))
        body = inside(noise)
        sheet = (
            b'<?xml version="1.0"?><worksheet><sheetData><row><c><v>' + body + b"</v></c></row></sheetData></worksheet>"
        )
        hostile = patched(good, "xl/worksheets/sheet1.xml", sheet, "long.xlsx")
        limits = replace(Limits(), other_member=MIB, ratio=1_000_000)
        tracemalloc.start()
        with pytest.raises(refusals.ZipBomb, match=r"long\.xlsx"):
            open_file(hostile, "long.xlsx", limits)
        assert tracemalloc.get_traced_memory()[1] < 16 * MIB
        tracemalloc.stop()

    def test_blank_sheets_are_not_read_without_end(self, tmp_path: Path) -> None:
        path = tmp_path / "blank.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for _ in range(60):
                book.add_worksheet()
            book.get_worksheet_by_name("Sheet60").write_row(0, 0, ["name", "phone"])
        with pytest.raises(refusals.EmptyFile):
            open_file(path, "blank.xlsx")
        blank = b"".join(b'<row r="%d"/>' % number for number in range(1, 4_000))
        for number in (1, 2):
            sheet = b'<worksheet xmlns="%s"><sheetData>' % SHEET + blank + b"</sheetData></worksheet>"
            path = patched(path, f"xl/worksheets/sheet{number}.xml", sheet, f"blank{number}.xlsx")
        with pytest.raises(refusals.TooManyRows):
            open_file(path, "blank.xlsx", replace(Limits(), rows=5_000))

    def test_other_archives_are_no_workbooks(self, tmp_path: Path) -> None:
        path = tmp_path / "letters.docx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
        with pytest.raises(refusals.NotAWorkbook):
            open_file(path, "letters.docx")


plain_cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12).map(str.strip)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.tuples(plain_cells.filter(bool), plain_cells), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_spreadsheet_writes_is_what_is_read(
    tmp_path: Path, rows: list[tuple[str, str]], delimiter: str, end: str
) -> None:
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    sheet = opened(tmp_path, end.join([f"name{delimiter}phone", *quoted]) + end)
    assert [tuple(cells) for _, cells in rows_of(sheet)] == rows


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    try:
        rows_of(opened(tmp_path, content))
    except refusals.FileRefused as refused:
        assert refused.sentence.count("\n") == 0  # noqa: PT017
