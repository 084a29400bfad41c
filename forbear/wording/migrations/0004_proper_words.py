"""API, SMS and WhatsApp are written as such in the choices; the tables stay as they are."""

import forbear.wording.states
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wording', '0003_tone_and_subject'),
    ]

    operations = [
        migrations.AlterField(
            model_name='template',
            name='channel',
            field=models.CharField(choices=[('sms', 'SMS'), ('email', 'Email'), ('voice', 'Voice'), ('whatsapp', 'WhatsApp')], default=forbear.wording.states.Channel['SMS'], max_length=10),
        ),
    ]
