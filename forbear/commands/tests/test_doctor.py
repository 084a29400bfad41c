"""`forbear doctor` says what is not as it should be, and what to do."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from forbear.accounts.models import Account, Consumer, ContactPoint
from forbear.cli import cli
from forbear.commands import doctor as commands
from forbear.compliance.actions import Draft, record
from forbear.compliance.sealing import seal_all
from forbear.compliance.tests.test_append_only import owner_of
from forbear.core import clock
from forbear.imports.models import Block, Import
from forbear.orphans import orphans, unchecked_links
from forbear.staff.models import Organization
from tests.cast import TUESDAY, found, owes


@pytest.fixture
def organization(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(commands, "database", nullcontext)
    monkeypatch.setattr(commands, "time", type("Still", (), {"sleep": staticmethod(lambda seconds: None)}))
    return found("Larkfield Recovery")


def looked() -> tuple[int, dict[str, str]]:
    """The exit status, and the lines that say what is to be done, by name."""
    told = CliRunner().invoke(cli, ["doctor"], standalone_mode=False, catch_exceptions=False)
    lines = [line.split(maxsplit=2) for line in told.output.splitlines()]
    assert [name for _, name, _ in lines[:2]] == ["database", "migrations"]
    return told.return_value, {name: sentence for mark, name, sentence in lines if mark != "ok"}


@pytest.mark.process
def test_a_house_in_order_and_one_in_which_everything_is_wrong(
    organization: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    betty = owes(organization, "Betty Ruble", "+14155550106")
    assert looked() == (0, {})

    with transaction.atomic():
        record([Draft(organization.pk, "staff:engine:paused")], at=TUESDAY)
    betty.consumer.points.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_consumer")
    monkeypatch.setattr(clock, "unmoved", lambda: clock.now() + timedelta(hours=1))
    with owner_of(str(connection.settings_dict["NAME"])) as owner:
        owner.execute("ALTER TABLE compliance_entry DISABLE TRIGGER compliance_entry_no_truncate")
        owner.execute(f"GRANT DELETE ON compliance_personal TO {connection.settings_dict['USER']}")
    status, wrong = looked()
    assert status == 1
    assert set(wrong) == {"triggers", "grants", "clock", "links", "seals"}
    assert "compliance_entry" in wrong["triggers"]
    assert "DELETE on compliance_personal" in wrong["grants"]
    assert f"1 of accounts_account.consumer_id (first: {betty.pk})" in wrong["links"]
    assert "forbear worker" in wrong["seals"]
    seal_all(at=TUESDAY)
    assert "seals" not in looked()[1]


@pytest.mark.process
def test_tables_of_another_version_are_told_and_nothing_else_is_looked_at(organization: Any) -> None:
    with connection.cursor() as cursor:
        newest = "SELECT max(name) FROM django_migrations WHERE app = 'dispatch'"
        cursor.execute(f"DELETE FROM django_migrations WHERE app = 'dispatch' AND name = ({newest})")
    assert looked() == (1, {"migrations": "1 migration still to come: run forbear migrate."})


def test_a_row_that_names_what_is_gone_is_found(larkfield: Organization, betty: Account) -> None:
    Consumer.objects.filter(pk=betty.consumer_id)._raw_delete("default")  # type: ignore[attr-defined]
    found = {(one.table, one.column): (one.target, one.count, one.rows) for one in orphans()}
    assert found["accounts_account", "consumer_id"] == ("accounts_consumer", 1, (betty.pk,))
    assert set(found) == {("accounts_account", "consumer_id"), ("accounts_contactpoint", "consumer_id")}


def test_points_that_an_import_at_work_writes_before_their_people_are_no_orphans(
    larkfield: Organization, betty: Account, omar: Account
) -> None:
    batch = Import.objects.create(
        organization=larkfield, filename="december.csv", uploaded_at=TUESDAY, uploaded_by="system"
    )
    beyond = max(betty.consumer_id, omar.consumer_id) + 10
    Block.objects.create(batch=batch, first=beyond, last=beyond + 5)
    ContactPoint.objects.filter(consumer=betty.consumer_id).update(consumer=beyond + 5)
    assert orphans() == []
    ContactPoint.objects.filter(consumer=omar.consumer_id).update(consumer=beyond + 6)
    (lost,) = orphans()
    assert (lost.table, lost.column, lost.count) == ("accounts_contactpoint", "consumer_id", 1)
    Block.objects.all().delete()
    assert orphans()[0].count == 2


def test_the_links_of_bulk_rows_are_all_looked_at() -> None:
    looked = {f"{link.model._meta.db_table}.{link.column}" for link in unchecked_links()}
    assert {"accounts_listmember.account_id", "campaigns_enrollment.campaign_id", "dispatch_message.item_id"} <= looked
