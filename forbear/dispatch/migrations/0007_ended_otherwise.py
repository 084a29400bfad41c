"""Failed and skipped contacts are found at once among however many that were completed."""

from django.db import migrations, models

from forbear.dispatch.states import ItemStatus


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0006_letters_links_and_keys")]

    operations = [
        migrations.AddIndex(
            "queueitem",
            models.Index(
                fields=["organization", "status", "id"],
                condition=models.Q(status__in=[ItemStatus.FAILED, ItemStatus.SKIPPED]),
                name="item_ended_otherwise",
            ),
        ),
    ]
