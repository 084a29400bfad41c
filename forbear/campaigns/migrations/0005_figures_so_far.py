"""Walks that began before know their version, their contacts and their answers, and campaigns their figures."""

from django.db import migrations

FORWARD = """
UPDATE campaigns_enrollment e SET version_id = c.strategy_version_id, exclusive = c.kind <> 'broadcast'
FROM campaigns_campaign c WHERE c.id = e.campaign_id;
UPDATE campaigns_enrollment e SET contacts = told.contacts, contacted_at = told.contacted_at,
    reached_at = least(told.reached_at, told.answered_at), answered_at = told.answered_at
FROM (
    SELECT m.campaign_id, m.consumer_id,
           count(*) FILTER (WHERE m.direction = 'out' AND m.status NOT IN ('rejected', 'queued')) AS contacts,
           min(m.at) FILTER (WHERE m.direction = 'out' AND m.status NOT IN ('rejected', 'queued')) AS contacted_at,
           min(m.delivered_at) FILTER (WHERE m.direction = 'out' AND m.status = 'delivered') AS reached_at,
           min(m.at) FILTER (WHERE m.direction = 'in') AS answered_at
    FROM dispatch_message m WHERE m.campaign_id IS NOT NULL GROUP BY 1, 2
) told WHERE told.campaign_id = e.campaign_id AND told.consumer_id = e.consumer_id;
INSERT INTO campaigns_walkedversion (campaign_id, version_id)
SELECT id, strategy_version_id FROM campaigns_campaign WHERE kind <> 'broadcast' AND strategy_version_id IS NOT NULL;
INSERT INTO campaigns_campaignfigures (campaign_id, accounts, contacted, reached, answered)
SELECT campaign_id, count(*), count(contacted_at), count(reached_at), count(answered_at)
FROM campaigns_enrollment GROUP BY 1;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_walks_that_escalate"), ("dispatch", "0005_calls_and_letters")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
