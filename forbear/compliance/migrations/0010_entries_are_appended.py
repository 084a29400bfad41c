"""New entries go to the end of each index, where a page is filled before the next one begins, and not to its front."""

from django.db import migrations, models

SUBJECTS = ("account", "campaign", "consumer", "document")
NAMES = ("entry_newest", "entry_event", *(f"entry_{subject}" for subject in SUBJECTS))


def _about(subject: str) -> models.Index:
    column = f"{subject}_id"
    condition = models.Q((f"{column}__isnull", False))
    return models.Index(fields=["organization_id", column, "id"], name=f"entry_{subject}", condition=condition)


INDEXES = (
    models.Index(fields=["organization_id", "id"], name="entry_newest"),
    models.Index(fields=["organization_id", "event", "id"], name="entry_event"),
    *map(_about, SUBJECTS),
)


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0009_entries_of_documents"),
    ]

    operations = [
        *(migrations.RemoveIndex(model_name="entry", name=name) for name in NAMES),
        *(migrations.AddIndex(model_name="entry", index=index) for index in INDEXES),
    ]
