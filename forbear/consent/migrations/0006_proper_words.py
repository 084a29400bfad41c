"""API, SMS and WhatsApp are written as such in the choices; the tables stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consent', '0005_letters_links_and_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='act',
            name='source',
            field=models.CharField(choices=[('consumer', 'Consumer'), ('other_party', 'Other party'), ('provider', 'Provider'), ('staff', 'Staff'), ('creditor_file', 'Creditor file'), ('import', 'Import'), ('api', 'API')], max_length=14),
        ),
        migrations.AlterField(
            model_name='optout',
            name='channel',
            field=models.CharField(choices=[('sms', 'SMS'), ('email', 'Email'), ('call', 'Call'), ('whatsapp', 'WhatsApp'), ('all', 'All')], max_length=10),
        ),
        migrations.AlterField(
            model_name='optout',
            name='source',
            field=models.CharField(choices=[('reply', 'Reply'), ('staff', 'Staff'), ('api', 'API'), ('file', 'File'), ('provider', 'Provider'), ('portal', 'Portal'), ('link', 'Link'), ('keypad', 'Keypad')], max_length=10),
        ),
    ]
