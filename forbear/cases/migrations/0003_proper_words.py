"""API, SMS and WhatsApp are written as such in the choices; the tables stay as they are."""

import forbear.cases.states
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_disputes_that_stand'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dispute',
            name='source',
            field=models.CharField(choices=[('staff', 'Staff'), ('api', 'API'), ('record', 'Record')], default=forbear.cases.states.DisputeSource['RECORD'], max_length=8),
        ),
    ]
