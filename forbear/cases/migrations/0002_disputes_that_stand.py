"""Holds that say "disputed" were there before disputes were."""

from django.db import migrations

FORWARD = """
INSERT INTO cases_dispute (organization_id, hold_id, consumer_id, account_id, reason, source, status, opened_at,
                           opened_by, resolution, closed_at, closed_by)
SELECT h.organization_id, h.id, h.consumer_id, h.account_id, h.notes, 'record',
       CASE WHEN h.closed_at IS NULL THEN 'open' ELSE 'resolved' END, h.opened_at, h.opened_by, h.close_reason,
       h.closed_at, h.closed_by
FROM consent_hold h WHERE h.kind = 'dispute' ORDER BY h.id
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
