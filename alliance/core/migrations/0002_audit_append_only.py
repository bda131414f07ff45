from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER core_auditevent_append_only BEFORE UPDATE OR DELETE ON core_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER core_auditevent_no_truncate BEFORE TRUNCATE ON core_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER core_dailyhead_append_only BEFORE UPDATE OR DELETE ON core_dailyhead
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER core_dailyhead_no_truncate BEFORE TRUNCATE ON core_dailyhead
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

CHANGEABLE = """
DROP TRIGGER core_dailyhead_no_truncate ON core_dailyhead;
DROP TRIGGER core_dailyhead_append_only ON core_dailyhead;
DROP TRIGGER core_auditevent_no_truncate ON core_auditevent;
DROP TRIGGER core_auditevent_append_only ON core_auditevent;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    """The audit chain only grows (rule H-2)."""

    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, CHANGEABLE)]
