"""Dry runs of large campaigns, kept for a day."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from forbear.campaigns.states import RunStatus
from forbear.staff.states import choices


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial"), ("staff", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DryRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveSmallIntegerField()),
                ("status", models.CharField(choices=choices(RunStatus), default=RunStatus.QUEUED, max_length=10)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("result", models.JSONField(null=True)),
                ("error", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=40)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dry_runs",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["campaign", "days"],
                        name="dry_run_under_way",
                        condition=Q(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]),
                    ),
                    models.CheckConstraint(name="dry_run_status", condition=Q(status__in=list(RunStatus))),
                ],
                "indexes": [
                    models.Index(fields=["campaign", "-id"], name="dry_run_newest"),
                    models.Index(fields=["asked_at"], name="dry_run_age"),
                ],
            },
        ),
    ]
