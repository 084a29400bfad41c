"""`forbear audit` as an operator runs it, against a database of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction

from forbear.cli import cli
from forbear.commands import audit as commands
from forbear.compliance.actions import Draft, record
from forbear.compliance.models import Entry, Key
from forbear.compliance.sealing import seal_all
from forbear.compliance.tests.test_append_only import owner_of
from forbear.staff.models import Organization
from tests.cast import TUESDAY, found, owes


@contextmanager
def open_house() -> Iterator[None]:
    """The database of the test is up and migrated already."""
    yield


@pytest.fixture
def organization(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Organization:
    """Six sealed entries, one of which quotes Betty."""
    monkeypatch.setattr(commands, "house", open_house)
    organization = found("Audited")
    betty = owes(organization, "Betty Ruble", "+14155550106")
    with transaction.atomic():
        drafts = [Draft(organization.pk, "staff:engine:paused", facts={"n": n}) for n in range(5)]
        quoting = Draft(organization.pk, "accounts:consumer:changed", account_id=betty.pk, personal={"notes": "Hm."})
        record([*drafts, quoting], at=TUESDAY)
    seal_all(at=TUESDAY)
    return organization


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["audit", *words], standalone_mode=False, catch_exceptions=False)


def test_an_intact_log_and_one_that_is_not(organization: Organization, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(run("checkpoint").output)
    key = run("key").output.strip()
    intact = run("verify", "--against", str(kept), "--key", key)
    assert intact.return_value == 0
    assert "The log is intact: 6 entries in 1 checkpoint" in intact.output

    number = Entry.objects.order_by("pk")[2].pk
    with owner_of(str(connection.settings_dict["NAME"])) as owner:
        owner.execute("ALTER TABLE compliance_entry DISABLE TRIGGER USER")
        owner.execute("DELETE FROM compliance_entry WHERE id = %s", [number])
    broken = run("verify")
    assert broken.return_value == 1
    assert f"NOT INTACT: {organization.public_id}: Entry {number} was removed" in broken.output
    told: dict[str, Any] = json.loads(run("verify", "--json").output)
    assert told["ok"] is False
    assert [(one["kind"], one["entry"]) for one in told["findings"]] == [("removed", number)]


def test_a_renewed_key_is_printed_and_vouched_for(organization: Organization) -> None:
    old = run("key").output.strip()
    new = run("rotate-key").output.strip()
    assert run("key").output.strip() == new != old
    assert Key.objects.count() == 2
    assert run("verify", "--key", old).return_value == 0


def test_what_is_personal_is_erased_by_account_and_by_entry(organization: Organization) -> None:
    entry = Entry.objects.get(event="accounts:consumer:changed")
    assert run("erase", entry.public_id).output == "1 text erased.\n"
    assert Entry.objects.get(event="compliance:personal:erased").facts == f'{{"entries":[{entry.pk}],"texts":1}}'
    with pytest.raises(commands.NobodysEntries):
        run("erase", "acc_nobody")
    assert run("verify").return_value == 0
