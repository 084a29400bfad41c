"""An installation from before: its entries get their bytes, and the database keeps them as before."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from forbear.compliance.auditing import audit
from forbear.compliance.models import Entry
from forbear.compliance.sealing import seal_all
from forbear.grants import grant
from forbear.settings import database
from tests.cast import TUESDAY

from .test_append_only import TABLES, owner_of

OLD = """INSERT INTO compliance_entry
    (organization_id, event, actor, account_id, campaign_id, document_id, message_id, channels, at, facts)
SELECT 7, 'dispatch:message:sent', 'system', i, NULL, NULL, i, '{sms}', %s, '{"item":' || i || '}'
FROM generate_series(1, 2500) i"""


def migrate_as_owner(targets: list[tuple[str, str]]) -> None:
    """Bring the test's own database to these migrations."""
    ours = dict(connection.settings_dict)
    owner = database(settings.OWNER_DATABASE_URL)
    connection.close()
    connection.settings_dict.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(targets)
    finally:
        connection.close()
        connection.settings_dict.update(ours)


TABLES_OF_OURS = r"SELECT tablename FROM pg_tables WHERE tablename LIKE 'compliance\_%'"
FUNCTIONS_OF_OURS = r"SELECT proname FROM pg_proc WHERE proname LIKE 'compliance\_%'"


@pytest.fixture
def before(own_database: str) -> str:
    """The log as it was before entries had bytes, with 2,500 of them; gives the database's name."""
    name = str(connection.settings_dict["NAME"])
    with owner_of(name) as owner:
        for kind, names in (("TABLE", TABLES_OF_OURS), ("FUNCTION", FUNCTIONS_OF_OURS)):
            for (one,) in owner.execute(names).fetchall():
                owner.execute(f"DROP {kind} {one} CASCADE")
        owner.execute("DELETE FROM django_migrations WHERE app = 'compliance'")
    migrate_as_owner([("compliance", "0003_find_a_day")])
    with owner_of(name) as owner:
        owner.execute(OLD, [TUESDAY])
    return name


def test_what_was_written_before_is_sealed_and_as_well_kept(before: str) -> None:
    migrate_as_owner([("compliance", "0008_entries_of_persons")])
    with owner_of(before) as owner:
        grant(owner, str(connection.settings_dict["USER"]))
    first = Entry.objects.order_by("pk").first()
    assert first is not None
    assert first.facts == '{"item":1}'
    assert first.told["account"] == first.account_id == 1
    assert seal_all(at=TUESDAY) == 2500
    report = audit()
    assert (report.entries, report.findings) == (2500, [])
    with owner_of(before) as owner:
        for table in TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(f"UPDATE compliance_{table} SET id = id")
            owner.rollback()
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(_url(before)) as running:
        running.execute("DELETE FROM compliance_seal")


def _url(name: str) -> str:
    given = {name: str(value) for name, value in connection.get_connection_params().items()}
    keep = ("user", "password", "host", "port")
    return psycopg.conninfo.make_conninfo(dbname=name, **{key: given[key] for key in keep if given.get(key)})
