"""A session takes the numbers of enrollments in handfuls: walking to the sequence for each costs as much as an index
entry, and their order means nothing to anybody."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_due_walks_apart")]

    operations = [
        migrations.RunSQL(
            "ALTER SEQUENCE campaigns_enrollment_id_seq CACHE 64", "ALTER SEQUENCE campaigns_enrollment_id_seq CACHE 1"
        ),
    ]
