from django.db import migrations

GUARDS = """
CREATE FUNCTION training_refuse_changed_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Words about a person can be forgotten; what was marked, by whom and when, cannot.
    IF TG_OP = 'UPDATE' AND NEW.reason = '' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'attendance mark % is only ever added to (A-1)', OLD.id USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION training_refuse_moved_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'scheduled'
        AND (NEW.starts_at, NEW.ends_at, NEW.cohort_id, NEW.is_required, NEW.unit_id)
            IS DISTINCT FROM (OLD.starts_at, OLD.ends_at, OLD.cohort_id, OLD.is_required, OLD.unit_id)
    THEN
        RAISE EXCEPTION 'session % was held or cancelled and keeps its time (C-5)', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER training_mark_append_only BEFORE UPDATE OR DELETE ON training_attendancemark
    FOR EACH ROW EXECUTE FUNCTION training_refuse_changed_mark();
CREATE TRIGGER training_mark_no_truncate BEFORE TRUNCATE ON training_attendancemark
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_session_keeps_time BEFORE UPDATE ON training_session
    FOR EACH ROW EXECUTE FUNCTION training_refuse_moved_session();
"""

CHANGEABLE = """
DROP TRIGGER training_session_keeps_time ON training_session;
DROP TRIGGER training_mark_no_truncate ON training_attendancemark;
DROP TRIGGER training_mark_append_only ON training_attendancemark;
DROP FUNCTION training_refuse_moved_session();
DROP FUNCTION training_refuse_changed_mark();
"""


class Migration(migrations.Migration):
    """Marks are only added (A-1); a session that was opened keeps its time, or every rate would move (C-5)."""

    dependencies = [("training", "0005_attend"), ("core", "0002_audit_append_only")]

    operations = [migrations.RunSQL(GUARDS, CHANGEABLE)]
