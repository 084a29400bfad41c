"""Downloads that no spreadsheet can be tricked with, and that never fill the memory."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from forbear.web.exports import RUNS, csv_chunks, csv_response, neutralize, write_xlsx, xlsx_response


@pytest.mark.parametrize(
    ("given_cell", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+cmd", "'+1+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        (";=1+1", ";'=1+1"),
        (" ; @SUM(A1)", " ; '@SUM(A1)"),
        ("|-2", "|'-2"),
        (",, +1", ",, '+1"),
        ("; paid", "; paid"),
        ("\tfirst", "'\tfirst"),
        ("＝1", "'＝1"),
        ("-12.00", "'-12.00"),
        (-12, -12),
        (Decimal("-12.50"), Decimal("-12.50")),
        ("+14155550106", "+14155550106"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_that_would_run_gets_an_apostrophe(given_cell, cell):
    assert neutralize(given_cell) == cell


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_a_csv_reads_back_as_it_was_written(rows):
    text = "".join(csv_chunks(["one", "two"], rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == ["one", "two"]
    assert read[1:] == [[neutralize(cell) for cell in row] for row in rows]
    assert not any(cell.startswith(RUNS) for row in read for cell in row)


def test_values_are_written_for_machines():
    rows = [[None, True, date(2026, 11, 24), datetime(2026, 11, 24, 15, 0, tzinfo=UTC), Decimal("30.00"), -3]]
    text = "".join(csv_chunks(["a", "b", "c", "d", "e", "f"], rows))
    assert text.splitlines()[1] == ",true,2026-11-24,2026-11-24T15:00:00Z,30.00,-3"


def test_a_csv_download_names_its_file_for_every_browser():
    response = csv_response('März "final".csv', ["a"], [])
    assert response["Content-Disposition"] == (
        "attachment; filename=\"Mrz final.csv\"; filename*=UTF-8''M%C3%A4rz%20%22final%22.csv"
    )


def test_an_xlsx_has_text_as_text_and_numbers_as_numbers():
    rows = [["=1+1", "https://example.com", -12, Decimal("30.25"), "\x00\x1b[0m", "x" * 40_000]]
    body = b"".join(xlsx_response("results.xlsx", ["=head", "b", "c", "d", "e", "f"], rows).streaming_content)
    sheet = load_workbook(io.BytesIO(body)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert [cell.value for cell in cells[6:10]] == ["'=1+1", "https://example.com", -12, 30.25]
    assert len(cells[11].value) == 32_767


def test_memory_stays_flat():
    rows = ((f"HF-{number}", "Ana Ruiz", number, "delivered") for number in range(30_000))
    tracemalloc.start()
    for _ in csv_chunks(["a", "b", "c", "d"], rows):
        pass
    write_xlsx(io.BytesIO(), ["a", "b"], ((f"HF-{number}", number) for number in range(5_000)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000
