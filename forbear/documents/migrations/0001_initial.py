"""Documents, loans, the people and files on them, and the outreach about them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import forbear.documents.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_status_changes'),
        ('campaigns', '0005_figures_so_far'),
        ('staff', '0002_where_numbers_come_from'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('chattel_type', models.CharField(max_length=40)),
                ('archived_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=40)),
                ('updated_at', models.DateTimeField()),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('path', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.CharField(max_length=40)),
                ('removed_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.organization')),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='documents.document')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Habit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('derive_status', models.BooleanField(default=False)),
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('original_minor', models.BigIntegerField()),
                ('maturity_date', models.DateField(null=True)),
                ('status', models.CharField(choices=[('CURRENT', 'Current'), ('BEHIND', 'Behind')], default=forbear.documents.states.LoanStatus['CURRENT'], max_length=7)),
                ('status_changed_at', models.DateTimeField()),
                ('derive_status', models.BooleanField(default=True)),
                ('account', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='loan', to='accounts.account')),
                ('document', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='loan', to='documents.document')),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Outreach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sms', models.BooleanField()),
                ('email', models.BooleanField()),
                ('call', models.BooleanField()),
                ('tone', models.CharField(max_length=80)),
                ('cadence', models.CharField(max_length=80)),
                ('notes', models.TextField(blank=True)),
                ('active', models.BooleanField(default=True)),
                ('stopped_because', models.CharField(blank=True, choices=[('by_hand', 'By hand'), ('loan_current', 'Loan current'), ('paid', 'Paid'), ('opted_out', 'Opted out'), ('archived', 'Archived'), ('finished', 'Finished')], max_length=12)),
                ('stop_reason', models.CharField(blank=True, max_length=200)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('started_on', models.DateField()),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=40)),
                ('updated_at', models.DateTimeField()),
                ('campaign', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='outreach', to='campaigns.campaign')),
                ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='outreaches', to='documents.document')),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.organization')),
            ],
        ),
        migrations.CreateModel(
            name='OutreachVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('sms', models.BooleanField()),
                ('email', models.BooleanField()),
                ('call', models.BooleanField()),
                ('tone', models.CharField(max_length=80)),
                ('cadence', models.CharField(max_length=80)),
                ('slots', models.JSONField()),
                ('strategy_version_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=40)),
                ('outreach', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='documents.outreach')),
            ],
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('borrower', 'Borrower'), ('co_borrower', 'Co borrower'), ('guarantor', 'Guarantor')], max_length=12)),
                ('added_at', models.DateTimeField()),
                ('consumer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.consumer')),
                ('document', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='documents.document')),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.organization')),
            ],
        ),
        migrations.CreateModel(
            name='BulkStart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wanted', models.JSONField()),
                ('chosen', models.JSONField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('started', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(max_length=40)),
                ('finished_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', '-id'], name='bulk_start_newest')],
            },
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('archived_at', None)), fields=['organization', '-updated_at', '-id'], name='document_newest'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('archived_at', None)), fields=['organization', 'title', 'id'], name='document_title'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('title', config='simple'), name='document_words'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(condition=models.Q(('status', forbear.documents.states.LoanStatus['BEHIND'])), fields=['organization'], name='loan_behind'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(fields=['organization', 'document'], name='loan_document'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', [forbear.documents.states.LoanStatus['CURRENT'], forbear.documents.states.LoanStatus['BEHIND']])), name='loan_status'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('original_minor__gte', 0)), name='loan_original'),
        ),
        migrations.AddConstraint(
            model_name='outreach',
            constraint=models.UniqueConstraint(condition=models.Q(('active', True)), fields=('document',), name='outreach_active_once'),
        ),
        migrations.AddConstraint(
            model_name='outreach',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('active', True), ('stopped_because', '')), models.Q(('active', False), ('stopped_because__in', [forbear.documents.states.Stopped['BY_HAND'], forbear.documents.states.Stopped['LOAN_CURRENT'], forbear.documents.states.Stopped['PAID'], forbear.documents.states.Stopped['OPTED_OUT'], forbear.documents.states.Stopped['ARCHIVED'], forbear.documents.states.Stopped['FINISHED']])), _connector='OR'), name='outreach_stopped'),
        ),
        migrations.AddConstraint(
            model_name='outreachversion',
            constraint=models.UniqueConstraint(fields=('outreach', 'number'), name='outreach_version_number'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(fields=('document', 'consumer', 'role'), name='party_once'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(condition=models.Q(('role', forbear.documents.states.PartyRole['BORROWER'])), fields=('document',), name='party_borrower'),
        ),
    ]
