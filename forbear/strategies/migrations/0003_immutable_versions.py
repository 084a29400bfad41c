"""A strategy's version and its steps never change."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION strategies_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A version of a strategy never changes: write a new one.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER strategies_version_immutable BEFORE UPDATE ON strategies_strategyversion
    FOR EACH ROW EXECUTE FUNCTION strategies_refuse_change();
CREATE TRIGGER strategies_step_immutable BEFORE UPDATE ON strategies_step
    FOR EACH ROW EXECUTE FUNCTION strategies_refuse_change();
"""
BACKWARD = """
DROP TRIGGER strategies_step_immutable ON strategies_step;
DROP TRIGGER strategies_version_immutable ON strategies_strategyversion;
DROP FUNCTION strategies_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("strategies", "0002_plans_in_full")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
