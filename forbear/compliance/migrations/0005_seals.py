"""Seals, keys and the vault; the database keeps them as it keeps the entries."""

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

FORWARD = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_refuse_change();
"""
    for table in ("compliance_seal", "compliance_node", "compliance_key")
) + """
CREATE FUNCTION compliance_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.sealed = '' AND NEW.erased_at IS NOT NULL AND OLD.sealed <> ''
            AND (NEW.id, NEW.entry_id, NEW.organization_id, NEW.name)
                = (OLD.id, OLD.entry_id, OLD.organization_id, OLD.name) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Personal data of the log can only be erased: % is refused.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER compliance_personal_only_erase BEFORE UPDATE OR DELETE ON compliance_personal
    FOR EACH ROW EXECUTE FUNCTION compliance_only_erase();
CREATE TRIGGER compliance_personal_no_truncate BEFORE TRUNCATE ON compliance_personal
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_only_erase();
-- Hashes do not shrink: no time is spent on trying.
ALTER TABLE compliance_seal ALTER COLUMN hashes SET STORAGE EXTERNAL;
"""
BACKWARD = "".join(
    f"DROP TRIGGER {table}_append_only ON {table};\nDROP TRIGGER {table}_no_truncate ON {table};\n"
    for table in ("compliance_seal", "compliance_node", "compliance_key")
) + """
DROP TRIGGER compliance_personal_only_erase ON compliance_personal;
DROP TRIGGER compliance_personal_no_truncate ON compliance_personal;
DROP FUNCTION compliance_only_erase();
"""


def number():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def numbers():
    return ArrayField(base_field=models.BigIntegerField(), size=None)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0004_entries_are_bytes")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", number()),
                ("organization_id", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("first", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("entries", numbers()),
                ("newest", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
                ("frontier", models.BinaryField()),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["organization_id", "newest"], name="seal_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization_id", "number"), name="seal_number"),
                    models.UniqueConstraint(fields=("organization_id", "size"), name="seal_size"),
                    models.CheckConstraint(condition=models.Q(size__gt=models.F("first")), name="seal_grows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                ("id", number()),
                ("organization_id", models.BigIntegerField()),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization_id", "level", "index"), name="node_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("id", number()),
                ("name", models.CharField(max_length=40)),
                ("public", models.BinaryField()),
                ("note", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="KeySecret",
            fields=[
                ("id", number()),
                ("sealed_seed", models.TextField()),
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="secret", to="compliance.key"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Personal",
            fields=[
                ("id", number()),
                ("entry_id", models.BigIntegerField()),
                ("organization_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("sealed", models.TextField(blank=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("entry_id", "name"), name="personal_name")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
