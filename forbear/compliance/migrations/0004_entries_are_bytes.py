"""Entries get their bytes and their leaf hash; what was only columns before is written once."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from forbear.compliance.body import compose, hash_of, moment
from forbear.core.ids import public_id

AT_ONCE = 5000
COLUMNS = "id, organization_id, event, actor, account_id, campaign_id, document_id, message_id, channels, at, facts"
TRIGGER = "ALTER TABLE compliance_entry {} TRIGGER compliance_entry_append_only"
# Each entry is queued for its seal, in pieces of a thousand.
QUEUE = """
INSERT INTO compliance_unsealed (entries) SELECT array_agg(id ORDER BY id)
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / 1000 AS piece FROM compliance_entry) e
GROUP BY piece ORDER BY piece"""


def write_bodies(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TRIGGER.format("DISABLE"))
        last = 0
        while rows := _after(cursor, last):
            bodies = [_body(row) for row in rows]
            cursor.execute(
                "UPDATE compliance_entry e SET body = v.body, leaf_hash = v.hash"
                " FROM unnest(%s::bigint[], %s::text[], %s::bytea[]) AS v(id, body, hash) WHERE e.id = v.id",
                [[row[0] for row in rows], bodies, [hash_of(body) for body in bodies]],
            )
            last = rows[-1][0]
        cursor.execute(TRIGGER.format("ENABLE"))
        cursor.execute(QUEUE)


def _after(cursor, last):
    cursor.execute(f"SELECT {COLUMNS} FROM compliance_entry WHERE id > %s ORDER BY id LIMIT %s", [last, AT_ONCE])
    return cursor.fetchall()


def _body(row):
    number, organization, event, actor, account, campaign, document, message, channels, at, facts = row
    return compose(
        sequence=number,
        organization=public_id("org", organization),
        event=event,
        actor=actor,
        channels=channels,
        at=moment(at),
        facts=facts,
        account=account,
        campaign=campaign,
        document=document,
        message=message,
    )


def number():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def numbers():
    return ArrayField(base_field=models.BigIntegerField(), size=None)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0003_find_a_day")]

    operations = [
        migrations.CreateModel("Unsealed", [("id", number()), ("entries", numbers())]),
        migrations.AddField("entry", "body", models.TextField(null=True)),
        migrations.AddField("entry", "leaf_hash", models.BinaryField(null=True)),
        # What came after cannot be told as facts alone: there is no way back.
        migrations.RunPython(write_bodies),
        migrations.AlterField("entry", "body", models.TextField()),
        migrations.AlterField("entry", "leaf_hash", models.BinaryField()),
        migrations.RemoveField("entry", "facts"),
    ]
