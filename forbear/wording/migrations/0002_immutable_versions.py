"""A template version never changes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION wording_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A template version never changes: write a new one.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER wording_version_immutable BEFORE UPDATE ON wording_templateversion
    FOR EACH ROW EXECUTE FUNCTION wording_refuse_change();
"""
BACKWARD = """
DROP TRIGGER wording_version_immutable ON wording_templateversion;
DROP FUNCTION wording_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("wording", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
