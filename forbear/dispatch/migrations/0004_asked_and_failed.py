from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0003_one_open_by_consumer")]

    operations = [
        migrations.AddField(model_name="message", name="asked_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["at"], name="message_uncertain", condition=models.Q(status="uncertain")
            ),
        ),
        migrations.AddIndex(
            model_name="webhook",
            index=models.Index(
                fields=["provider", "-id"], name="webhook_failed", condition=models.Q(status="failed")
            ),
        ),
    ]
