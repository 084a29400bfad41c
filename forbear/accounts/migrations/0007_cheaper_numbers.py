"""What an import pays for a number: a place in an index that nobody asks, and a walk to its sequence for each row.

A contact point is always asked for beside its consumer, so `point_once` finds it; replication knows its rows by the
same index. Sessions take the numbers of consumers and contact points in handfuls, whose order means nothing to anybody
(that of accounts does: the newest come first).
"""

from django.db import migrations

FORWARD = """
ALTER TABLE accounts_contactpoint REPLICA IDENTITY USING INDEX point_once;
ALTER TABLE accounts_contactpoint DROP CONSTRAINT accounts_contactpoint_pkey;
ALTER SEQUENCE accounts_contactpoint_id_seq CACHE 64;
ALTER SEQUENCE accounts_consumer_id_seq CACHE 64;
"""
BACK = """
ALTER SEQUENCE accounts_consumer_id_seq CACHE 1;
ALTER SEQUENCE accounts_contactpoint_id_seq CACHE 1;
ALTER TABLE accounts_contactpoint ADD PRIMARY KEY (id);
ALTER TABLE accounts_contactpoint REPLICA IDENTITY DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_moves_between_buckets")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
