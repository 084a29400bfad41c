"""An entry about a whole person names the person; the body of older ones never did, and stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0007_retention")]

    operations = [
        migrations.AddField("entry", "consumer_id", models.BigIntegerField(null=True)),
        migrations.AddField("archived", "consumer_id", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["organization_id", "consumer_id", "-id"],
                name="entry_consumer",
                condition=models.Q(consumer_id__isnull=False),
            ),
        ),
    ]
