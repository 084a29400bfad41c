"""What is to be planned stands in a table of its own, so that planning and settling write no index of the walks anew."""

import django.db.models.deletion
from django.db import migrations, models

from forbear.campaigns.states import Walk

MOVE = """
INSERT INTO campaigns_due (enrollment_id, campaign_id, due_at)
SELECT id, campaign_id, due_at FROM campaigns_enrollment WHERE status = 'open' AND due_at IS NOT NULL;
UPDATE campaigns_enrollment SET exclusive = false WHERE exclusive AND status <> 'open';
"""
BACK = "UPDATE campaigns_enrollment e SET due_at = t.due_at FROM campaigns_due t WHERE t.enrollment_id = e.id"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_follow_by_night")]

    operations = [
        migrations.CreateModel(
            name="Due",
            fields=[
                (
                    "enrollment",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="campaigns.enrollment",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="due",
                        to="campaigns.campaign",
                    ),
                ),
                ("due_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["campaign", "due_at"], name="walk_due")]},
        ),
        migrations.RunSQL(MOVE, BACK),
        migrations.RemoveConstraint(model_name="enrollment", name="enrolled_exclusively"),
        migrations.RemoveIndex(model_name="enrollment", name="enrollment_due"),
        migrations.RemoveField(model_name="enrollment", name="due_at"),
        migrations.AddConstraint(
            model_name="enrollment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("exclusive", True)), fields=("account",), name="enrolled_exclusively"
            ),
        ),
        migrations.AddConstraint(
            model_name="enrollment",
            constraint=models.CheckConstraint(
                condition=models.Q(("exclusive", False), ("status", Walk.OPEN), _connector="OR"),
                name="exclusive_while_open",
            ),
        ),
    ]
