"""API, SMS and WhatsApp are written as such in the choices; the tables stay as they are."""

import forbear.payments.states
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0003_balances_before_the_ledger'),
    ]

    operations = [
        migrations.AlterField(
            model_name='promise',
            name='source',
            field=models.CharField(choices=[('staff', 'Staff'), ('api', 'API'), ('agent', 'Agent'), ('reply', 'Reply'), ('call', 'Call'), ('portal', 'Portal')], default=forbear.payments.states.PromiseSource['STAFF'], max_length=8),
        ),
    ]
