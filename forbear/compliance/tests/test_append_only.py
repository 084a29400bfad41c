"""The log can be written and read, and that is all."""

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from forbear.compliance.actions import Draft, record
from forbear.compliance.models import Entry
from tests.cast import TUESDAY


@pytest.fixture
def entry(larkfield):
    record([Draft(larkfield.pk, "staff:engine:paused", facts={"b": 1, "a": [2]})], at=TUESDAY)
    return Entry.objects.get()


def test_facts_are_kept_as_canonical_text(entry):
    assert entry.facts == '{"a":[2],"b":1}'
    assert entry.actor == "system"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE compliance_entry SET event = 'x'",
        "DELETE FROM compliance_entry",
        "TRUNCATE compliance_entry",
        "ALTER TABLE compliance_entry DISABLE TRIGGER ALL",
        "DROP TABLE compliance_entry",
    ],
)
def test_the_running_role_can_change_nothing(entry, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.filter(pk=entry.pk, event=entry.event).exists()


def test_even_the_owner_is_refused_by_the_trigger(own_database, settings):
    from tests.cast import found

    organization = found("Trigger Test")
    with transaction.atomic():
        record([Draft(organization.pk, "staff:engine:paused")], at=TUESDAY)
    owner_url = settings.OWNER_DATABASE_URL
    head, _, query = owner_url.partition("?")
    name = connection.settings_dict["NAME"]
    with psycopg.connect(f"{head.rsplit('/', 1)[0]}/{name}?{query}") as owner:
        for statement in (
            "UPDATE compliance_entry SET event = 'x'",
            "DELETE FROM compliance_entry",
            "TRUNCATE compliance_entry",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                owner.execute(statement)
            owner.rollback()


def test_outside_a_transaction_nothing_is_written(own_database):
    with pytest.raises(RuntimeError):
        record([Draft(1, "staff:engine:paused")], at=TUESDAY)
