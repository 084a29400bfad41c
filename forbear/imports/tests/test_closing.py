"""Columns that close: what a creditor's file says about its people is kept, and never opens anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.accounts.models import Account
from forbear.consent.models import Act, Hold, OptOut
from forbear.imports.mapping import recognize
from tests.cast import TUESDAY

from .test_importing import bring_in, own_folder  # noqa: F401 - the fixture

HEADER = "name,phone,amount,Opted Out,Deceased,Cease & Desist"
FILE = f"""{HEADER}
Betty Ruble,4155550106,30,yes,,no
Omar Castellan,2135550131,418.20,,X,
Hana Sato,8085550177,264.40,no,0,TRUE
Ida Marsh,2025550143,12,,,
"""


def holds() -> set[tuple[str, str]]:
    rows = Hold.objects.filter(closed_at=None).select_related("consumer")
    return {(row.consumer.first_name, row.kind) for row in rows}


def test_yes_closes_and_everything_else_says_nothing(larkfield):
    batch = bring_in(larkfield, FILE)
    assert (batch.created, batch.rejected) == (4, 0)
    betty = Account.objects.get(consumer__first_name="Betty")
    opt_out = OptOut.objects.get()
    assert (opt_out.consumer_id, opt_out.channel, opt_out.address, opt_out.source) == (
        betty.consumer_id,
        "all",
        "",
        "file",
    )
    assert holds() == {("Omar", "deceased"), ("Hana", "cease")}
    assert set(Act.objects.values_list("source", flat=True)) == {"creditor_file"}
    assert batch.options["closed"] == {"opt_out": 1, "deceased": 1, "cease_notice": 1}


def test_the_next_file_neither_repeats_nor_opens(larkfield):
    bring_in(larkfield, FILE)
    later = TUESDAY + timedelta(days=1)
    bring_in(larkfield, FILE.replace("yes", "no").replace(",X,", ",no,").replace("30,", "31,"), at=later)
    assert OptOut.objects.filter(lifted_at=None).count() == 1
    assert holds() == {("Omar", "deceased"), ("Hana", "cease")}
    assert Act.objects.count() == 3


def test_a_dry_run_closes_nothing(larkfield):
    bring_in(larkfield, FILE, dry_run=True)
    assert not Act.objects.exists()
    assert not OptOut.objects.exists()


@pytest.mark.parametrize("header", ["Opt-Out", "DNC", "do_not_text", "email opt out", "isDeceased", "In Dispute"])
def test_a_column_that_closes_says_so(header):
    assert recognize(header).closes
    assert "closes" in recognize(header).label


@pytest.mark.parametrize("header", ["attorney", "phone", "notes", "status"])
def test_other_columns_close_nothing(header):
    assert not recognize(header).closes
