"""Where the organization is: it stands at the foot of every letter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_scores_and_ages")]

    operations = [migrations.AddField("organization", "postal_address", models.CharField(blank=True, max_length=200))]
