"""The log can be written and read, and that is all."""

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from forbear.compliance.actions import Draft, record
from forbear.compliance.models import Entry
from forbear.compliance.sealing import seal_all
from tests.cast import TUESDAY, found


def owner_of(name):
    """A connection as the role that owns the tables, to the database by this name."""
    head, _, query = settings.OWNER_DATABASE_URL.partition("?")
    return psycopg.connect(f"{head.rsplit('/', 1)[0]}/{name}?{query}")


@pytest.fixture
def entry(larkfield):
    record([Draft(larkfield.pk, "staff:engine:paused", facts={"b": 1, "a": [2]})], at=TUESDAY)
    return Entry.objects.get()


def test_facts_are_kept_as_canonical_text(entry):
    assert entry.facts == '{"a":[2],"b":1}'
    assert entry.actor == "system"


TABLES = ("entry", "seal", "node", "key")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {}",
    ],
)
def test_the_running_role_can_change_nothing(entry, table, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(f"compliance_{table}"))
    assert Entry.objects.filter(pk=entry.pk, event=entry.event).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE compliance_personal SET sealed = 'x'",
        "UPDATE compliance_personal SET sealed = '', erased_at = now(), name = 'x'",
        "DELETE FROM compliance_personal",
        "TRUNCATE compliance_personal",
        "UPDATE compliance_unsealed SET entries = '{}'",
        "TRUNCATE compliance_unsealed",
    ],
)
def test_the_vault_can_only_be_erased_and_what_waits_only_be_sealed(larkfield, statement):
    record([Draft(larkfield.pk, "staff:engine:paused", personal={"note": "Betty"})], at=TUESDAY)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def sealed(own_database):
    """A database with a row in every table of the log; gives a connection as the owner of the tables."""
    organization = found("Trigger Test")
    with transaction.atomic():
        record([Draft(organization.pk, "staff:engine:paused", personal={"note": "Betty"})] * 256, at=TUESDAY)
    seal_all(at=TUESDAY)
    with owner_of(str(connection.settings_dict["NAME"])) as owner:
        yield owner


@pytest.mark.parametrize("table", [*TABLES, "personal"])
def test_even_the_owner_is_refused_by_the_trigger(sealed, table):
    for statement in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"append-only|only be erased"):
            sealed.execute(statement.format(f"compliance_{table}"))
        sealed.rollback()


def test_a_text_is_erased_once_and_not_written_again(sealed):
    sealed.execute("UPDATE compliance_personal SET sealed = '', erased_at = now()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sealed.execute("UPDATE compliance_personal SET sealed = 'x', erased_at = NULL")


def test_outside_a_transaction_nothing_is_written(own_database):
    with pytest.raises(RuntimeError):
        record([Draft(1, "staff:engine:paused")], at=TUESDAY)
