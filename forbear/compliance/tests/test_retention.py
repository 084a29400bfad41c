"""Retention moves what has rested for three years, and nothing else leaves the log, whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from forbear.compliance.actions import Draft, record
from forbear.compliance.auditing import audit
from forbear.compliance.models import Archived, Entry, Personal
from forbear.compliance.proofs import proof_of
from forbear.compliance.retention import (
    AlreadyHeld,
    TooShort,
    change_retention,
    close_legal_hold,
    entry_with,
    open_legal_hold,
    retire,
)
from forbear.compliance.sealing import seal_all
from tests.cast import TUESDAY

LONG_AGO = datetime(2021, 5, 4, 12, tzinfo=UTC)
BY = {"actor": "person:1", "at": TUESDAY}


def write(organization, account, at, event="accounts:account:changed", **also):
    record([Draft(organization.pk, event, account_id=account.pk if account else None, **also)], at=at)


@pytest.fixture
def log(larkfield, betty, omar):
    """Betty has rested since 2021; of Omar something was written last week."""
    write(larkfield, betty, LONG_AGO, personal={"notes": "lives with her sister"})
    write(larkfield, betty, LONG_AGO, "consent:act:recorded")
    write(larkfield, omar, LONG_AGO)
    write(larkfield, omar, TUESDAY)
    write(larkfield, None, LONG_AGO, "staff:engine:paused")
    seal_all(at=TUESDAY)
    return larkfield


def moved(log):
    retire(organization_id=log.pk, at=TUESDAY)
    return list(Archived.objects.order_by("pk").values_list("account_id", "event"))


def test_what_has_rested_moves_and_stays_proved(log, betty):
    assert moved(log) == [(betty.pk, "accounts:account:changed")]
    seal_all(at=TUESDAY)
    report = audit()
    assert (report.findings, report.entries) == ([], 6)
    row = Archived.objects.get()
    assert proof_of(log, entry_with(log.pk, row.pk)).entry == row.body
    assert Personal.objects.exclude(sealed="").count() == 1
    assert Entry.objects.filter(event="compliance:entries:archived").count() == 1
    assert retire(organization_id=log.pk, at=TUESDAY) == 0


def test_personal_data_is_erased_where_the_organization_chose_so(log):
    change_retention(organization_id=log.pk, years=3, erases=True, **BY)
    moved(log)
    assert Personal.objects.get().sealed == ""
    seal_all(at=TUESDAY)
    assert audit().intact


def test_a_legal_hold_keeps_everything_where_it_is(log):
    hold = open_legal_hold(organization_id=log.pk, reason="A lawsuit", **BY)
    with pytest.raises(AlreadyHeld):
        open_legal_hold(organization_id=log.pk, reason="Again", **BY)
    assert moved(log) == []
    close_legal_hold(hold=hold, **BY)
    assert len(moved(log)) == 1


def test_a_hold_on_one_account_keeps_that_one(log, betty, omar):
    open_legal_hold(organization_id=log.pk, reason="A lawsuit", account_id=betty.pk, **BY)
    assert moved(log) == []


def test_more_years_keep_more_and_fewer_than_three_are_refused(log):
    with pytest.raises(TooShort):
        change_retention(organization_id=log.pk, years=2, erases=False, **BY)
    change_retention(organization_id=log.pk, years=30, erases=False, **BY)
    assert moved(log) == []


def test_what_waits_for_its_seal_is_not_moved(larkfield, betty):
    write(larkfield, betty, LONG_AGO)
    assert moved(larkfield) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM compliance_entry",
        "DELETE FROM compliance_archive",
        "UPDATE compliance_archive SET body = ''",
        "TRUNCATE compliance_archive",
        "INSERT INTO compliance_archive SELECT * FROM compliance_entry",
        "DELETE FROM compliance_legalhold",
        "ALTER FUNCTION compliance_retire(bigint, integer) OWNER TO CURRENT_USER",
        "CREATE OR REPLACE FUNCTION compliance_only_move() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    ],
)
def test_the_running_role_moves_and_deletes_nothing_by_itself(log, statement):
    moved(log)
    before = (Entry.objects.count(), Archived.objects.count())
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (Entry.objects.count(), Archived.objects.count()) == before
