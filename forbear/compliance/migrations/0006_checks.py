"""Checks of the log, asked for and nightly, with what they found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance", "0005_seals")]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization_id", models.BigIntegerField()),
                ("asked_by", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("checkpoints", models.BigIntegerField(default=0)),
                ("findings", models.JSONField(default=list)),
                ("seconds", models.FloatField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["organization_id", "-id"], name="check_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at", None)),
                        fields=("organization_id",),
                        name="check_one_under_way",
                    )
                ],
            },
        ),
    ]
