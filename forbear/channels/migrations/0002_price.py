"""What a gateway takes for a thousand contacts."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.AddField("provideraccount", "price_currency", models.CharField(blank=True, max_length=3)),
        migrations.AddField("provideraccount", "price_per_thousand_minor", models.PositiveIntegerField(null=True)),
        migrations.AddConstraint(
            "provideraccount",
            models.CheckConstraint(
                name="provider_price", condition=Q(price_per_thousand_minor__isnull=True) | ~Q(price_currency="")
            ),
        ),
    ]
