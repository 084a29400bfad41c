"""Whoever stands in a file of people to leave alone is left alone at once, whether we know them or not."""

import csv
import io
import time
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.consent.models import OptOut
from forbear.imports import registry
from forbear.imports.refusals import NoHeader
from tests.cast import TUESDAY
from tests.engine_room import broadcast, launch, texts_to

FILE = """name,phone,e-mail address
Betty Ruble,415-555-0106,
Omar,12,omar@example.com
Nobody,,"=HYPERLINK(""https://example.com"")"
"""


def record(larkfield, path, channel="all", at=TUESDAY):
    return registry.record_file(
        organization=larkfield, path=path, filename=path.name, channel=channel, actor="system", at=at
    )


def kept(tmp_path, text, name="list.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_numbers_and_addresses_bind_at_once_and_flaws_are_named_by_row_and_column(larkfield, betty, tmp_path):
    done = record(larkfield, kept(tmp_path, FILE))
    assert (done.recorded, done.already) == (2, 0)
    assert [(one.line, one.column) for one in done.rejected] == [(3, "phone"), (4, "e-mail address")]
    assert done.rejected[1].value.startswith("'=HYPERLINK")
    assert set(OptOut.objects.values_list("address", "source")) == {
        ("+14155550106", "file"),
        ("omar@example.com", "file"),
    }
    launch(broadcast(larkfield, [betty]))
    assert texts_to(betty) == []
    assert record(larkfield, kept(tmp_path, FILE), at=TUESDAY + timedelta(hours=1)).already == 2


def test_a_file_without_a_header_is_refused_before_anything_is_recorded(larkfield, tmp_path):
    with pytest.raises(NoHeader, match="looks like data"):
        record(larkfield, kept(tmp_path, "+14155550106\n415-555-0107\n"))
    assert not OptOut.objects.exists()


def test_a_workbook_is_read_too(larkfield, tmp_path):
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Mobile", "415-555-0106", "nobody"])
    done = record(larkfield, kept(tmp_path, memory.getvalue(), "list.xlsx"))
    assert (done.recorded, [(one.line, one.column) for one in done.rejected]) == (1, [(3, "Mobile")])


def statements(larkfield, tmp_path, count, first):
    lines = "\n".join(f"+1415{number:07}" for number in range(first, first + count))
    path = kept(tmp_path, f"phone\n{lines}\n")
    with CaptureQueriesContext(connection) as queries:
        assert record(larkfield, path).recorded == count
    return len(queries)


def test_many_rows_take_as_many_statements_as_few(larkfield, tmp_path):
    few = statements(larkfield, tmp_path, 10, 2_000_000)
    began = time.monotonic()
    many = statements(larkfield, tmp_path, 5_000, 3_000_000)
    assert many <= few + 2
    assert time.monotonic() - began < 30


def test_more_than_fits_is_refused(larkfield, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "MOST", 2)
    with pytest.raises(Exception, match="At most 2"):
        record(larkfield, kept(tmp_path, "phone\n415-555-0106\n415-555-0107\n415-555-0108\n"))
    assert not OptOut.objects.exists()


def test_the_page_and_the_route_take_the_file_and_the_registry_is_downloaded(larkfield, browser, api, client, dana):
    client.force_login(dana)
    file = SimpleUploadedFile("list.csv", FILE.encode(), content_type="text/csv")
    page = client.post("/compliance/opt-outs/file", {"channel": "sms", "notes": "State list", "file": file})
    assert "2 cells could not be used" in page.content.decode()
    listed = client.get("/compliance/opt-outs.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(listed)))
    assert [(row["address"], row["channel"], row["source"], row["notes"]) for row in rows] == [
        ("+14155550106", "sms", "file", "State list"),
        ("omar@example.com", "sms", "file", "State list"),
    ]
    file = SimpleUploadedFile("list.csv", FILE.encode(), content_type="text/csv")
    answer = api.client.post("/v1/opt-outs/file", {"file": file, "channel": "sms"}, **api.headers({}))
    told = answer.json()
    assert (told["recorded"], told["already"], told["rejected"]) == (0, 2, 2)
    assert told["errors"][0] | {"reason": ""} == {"row": 3, "column": "phone", "value": "12", "reason": ""}
