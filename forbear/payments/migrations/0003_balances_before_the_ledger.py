"""Balances that files had changed before there was a ledger get the entry that explains them."""

from django.db import migrations

FORWARD = """
INSERT INTO payments_ledgerentry (organization_id, account_id, kind, amount_minor, currency, import_id, at, by)
SELECT a.organization_id, a.id, 'adjustment', a.balance_minor - a.placed_minor, a.currency, coalesce(a.import_id, 0),
       a.updated_at, 'system'
FROM accounts_account a WHERE a.balance_minor <> a.placed_minor ORDER BY a.id
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_written_once"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
