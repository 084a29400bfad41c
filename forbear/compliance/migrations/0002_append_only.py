"""The database refuses to change, remove or truncate an entry, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION compliance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The compliance log is append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER compliance_entry_append_only BEFORE UPDATE OR DELETE ON compliance_entry
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER compliance_entry_no_truncate BEFORE TRUNCATE ON compliance_entry
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_refuse_change();
"""
BACKWARD = """
DROP TRIGGER compliance_entry_append_only ON compliance_entry;
DROP TRIGGER compliance_entry_no_truncate ON compliance_entry;
DROP FUNCTION compliance_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
