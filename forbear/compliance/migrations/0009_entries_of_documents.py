"""What was said about one document is found without reading the log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0008_entries_of_persons"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("document_id__isnull", False)),
                fields=["organization_id", "document_id", "-id"],
                name="entry_document",
            ),
        ),
    ]
