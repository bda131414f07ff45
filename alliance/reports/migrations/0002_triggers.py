from django.db import migrations

MARK = """
CREATE FUNCTION reports_mark_park() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_parkchange (park_id, at) VALUES (COALESCE(NEW.id, OLD.id), clock_timestamp());
    RETURN NULL;
END
$$;
CREATE FUNCTION reports_mark_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_parkchange (park_id, at) VALUES (COALESCE(NEW.park_id, OLD.park_id), clock_timestamp());
    RETURN NULL;
END
$$;
CREATE FUNCTION reports_mark_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_parkchange (park_id, at) VALUES (NULL, clock_timestamp());
    RETURN NULL;
END
$$;

CREATE TRIGGER reports_park_came_or_went AFTER INSERT OR DELETE ON parks_park
    FOR EACH ROW EXECUTE FUNCTION reports_mark_park();
CREATE TRIGGER reports_park_changed AFTER UPDATE ON parks_park
    FOR EACH ROW WHEN (
        (OLD.standing, OLD.organisation_id, OLD.province_id, OLD.name_zh, OLD.name_en, OLD.summary_zh = '',
         OLD.summary_en = '', OLD.formation, OLD.structure, OLD.site_form, OLD.year_opened, OLD.confirmed_at,
         OLD.completeness_zh, OLD.completeness_en)
        IS DISTINCT FROM
        (NEW.standing, NEW.organisation_id, NEW.province_id, NEW.name_zh, NEW.name_en, NEW.summary_zh = '',
         NEW.summary_en = '', NEW.formation, NEW.structure, NEW.site_form, NEW.year_opened, NEW.confirmed_at,
         NEW.completeness_zh, NEW.completeness_en)
    ) EXECUTE FUNCTION reports_mark_park();
CREATE TRIGGER reports_submission_changed AFTER INSERT OR UPDATE OR DELETE ON parks_submission
    FOR EACH ROW EXECUTE FUNCTION reports_mark_submission();
CREATE TRIGGER reports_duty_changed AFTER INSERT OR UPDATE OR DELETE ON accounts_duty
    FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_people();
CREATE TRIGGER reports_person_left AFTER UPDATE ON accounts_user
    FOR EACH ROW WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active) EXECUTE FUNCTION reports_mark_people();

CREATE TRIGGER reports_snapshot_append_only BEFORE UPDATE OR DELETE ON reports_snapshot
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reports_snapshot_no_truncate BEFORE TRUNCATE ON reports_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

FORGET = """
DROP TRIGGER reports_snapshot_no_truncate ON reports_snapshot;
DROP TRIGGER reports_snapshot_append_only ON reports_snapshot;
DROP TRIGGER reports_person_left ON accounts_user;
DROP TRIGGER reports_duty_changed ON accounts_duty;
DROP TRIGGER reports_submission_changed ON parks_submission;
DROP TRIGGER reports_park_changed ON parks_park;
DROP TRIGGER reports_park_came_or_went ON parks_park;
DROP FUNCTION reports_mark_people();
DROP FUNCTION reports_mark_submission();
DROP FUNCTION reports_mark_park();
"""


class Migration(migrations.Migration):
    """What changes a figure leaves a mark in its own transaction; a snapshot never changes."""

    dependencies = [
        ("reports", "0001_initial"),
        ("core", "0002_audit_append_only"),
        ("parks", "0001_initial"),
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunSQL(MARK, FORGET)]
