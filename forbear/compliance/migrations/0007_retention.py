"""The archive, and the one way into it: the database itself moves what the rules let go, and deletes nothing else."""

import django.contrib.postgres.fields
from django.db import migrations, models

COLUMNS = (
    "id, organization_id, event, actor, account_id, campaign_id, document_id, message_id, channels, at, body, leaf_hash"
)
FORWARD = f"""
CREATE TRIGGER compliance_archive_append_only BEFORE UPDATE OR DELETE ON compliance_archive
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER compliance_archive_no_truncate BEFORE TRUNCATE ON compliance_archive
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_refuse_change();

-- A row may leave the log when exactly this row stands in the archive.
CREATE FUNCTION compliance_only_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM compliance_archive a WHERE a.id = OLD.id
            AND (a.organization_id, a.event, a.actor, a.channels, a.at, a.body, a.leaf_hash)
                = (OLD.organization_id, OLD.event, OLD.actor, OLD.channels, OLD.at, OLD.body, OLD.leaf_hash)
            AND (a.account_id, a.campaign_id, a.document_id, a.message_id)
                IS NOT DISTINCT FROM (OLD.account_id, OLD.campaign_id, OLD.document_id, OLD.message_id)) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'The compliance log is append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER compliance_entry_append_only ON compliance_entry;
CREATE TRIGGER compliance_entry_append_only BEFORE UPDATE OR DELETE ON compliance_entry
    FOR EACH ROW EXECUTE FUNCTION compliance_only_move();

-- 12 CFR 1006.100: three years from the last activity on the account. Opt-outs, consents and holds (consent:...) stay
-- for ever; so does what is about no account. By the clock of the database, and with the rights of the tables' owner.
CREATE FUNCTION compliance_retire(owner bigint, at_most integer) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    cutoff timestamptz;
    moved bigint[];
BEGIN
    SELECT now() - make_interval(years => greatest(coalesce(max(years), 3), 3)) INTO cutoff
        FROM compliance_retention WHERE organization_id = owner;
    IF EXISTS (SELECT FROM compliance_legalhold
            WHERE organization_id = owner AND account_id IS NULL AND closed_at IS NULL) THEN
        RETURN '{{}}';
    END IF;
    moved := ARRAY(
        SELECT e.id FROM compliance_entry e
        WHERE e.organization_id = owner AND e.account_id IS NOT NULL AND e.at < cutoff AND e.event NOT LIKE 'consent:%'
            AND NOT EXISTS (SELECT FROM compliance_entry n WHERE n.organization_id = owner
                AND n.account_id = e.account_id AND n.at >= cutoff)
            AND NOT EXISTS (SELECT FROM compliance_legalhold h WHERE h.organization_id = owner
                AND h.account_id = e.account_id AND h.closed_at IS NULL)
            AND NOT EXISTS (SELECT FROM compliance_unsealed u WHERE e.id = ANY(u.entries))
        ORDER BY e.id LIMIT at_most);
    INSERT INTO compliance_archive ({COLUMNS}) SELECT {COLUMNS} FROM compliance_entry WHERE id = ANY(moved);
    DELETE FROM compliance_entry WHERE id = ANY(moved);
    RETURN moved;
END $$;
REVOKE ALL ON FUNCTION compliance_retire(bigint, integer) FROM PUBLIC;
"""
BACKWARD = """
DROP FUNCTION compliance_retire(bigint, integer);
DROP TRIGGER compliance_entry_append_only ON compliance_entry;
CREATE TRIGGER compliance_entry_append_only BEFORE UPDATE OR DELETE ON compliance_entry
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
DROP FUNCTION compliance_only_move();
DROP TRIGGER compliance_archive_append_only ON compliance_archive;
DROP TRIGGER compliance_archive_no_truncate ON compliance_archive;
"""


def number():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("compliance", "0006_checks")]

    operations = [
        migrations.CreateModel(
            "Archived",
            [
                ("id", number()),
                ("organization_id", models.BigIntegerField()),
                ("event", models.CharField(max_length=80)),
                ("actor", models.CharField(max_length=40)),
                ("account_id", models.BigIntegerField(null=True)),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("document_id", models.BigIntegerField(null=True)),
                ("message_id", models.BigIntegerField(null=True)),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("leaf_hash", models.BinaryField()),
            ],
            options={
                "db_table": "compliance_archive",
                "indexes": [models.Index(fields=["organization_id", "account_id", "-id"], name="archive_account")],
            },
        ),
        migrations.CreateModel(
            "Retention",
            [
                ("id", number()),
                ("organization_id", models.BigIntegerField(unique=True)),
                ("years", models.PositiveSmallIntegerField(default=3)),
                ("erases", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("years__gte", 3)), name="retention_three_years")
                ]
            },
        ),
        migrations.CreateModel(
            "LegalHold",
            [
                ("id", number()),
                ("organization_id", models.BigIntegerField()),
                ("account_id", models.BigIntegerField(null=True)),
                ("reason", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=40)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("organization_id", "account_id"),
                        name="legal_hold_once",
                        nulls_distinct=False,
                    )
                ]
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
