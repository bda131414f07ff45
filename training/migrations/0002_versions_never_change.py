from django.db import migrations

GUARDS = """
CREATE FUNCTION training_refuse_frozen_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change constant text[] := ARRAY['state', 'state_reason', 'published_at', 'sunset_on'];
BEGIN
    IF OLD.state IN ('draft', 'in_review') THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state IN ('draft', 'in_review')
        OR to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change
    THEN
        RAISE EXCEPTION 'curriculum version % is approved and never changes (V-1)', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION training_refuse_frozen_content() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
    -- The column that leads to the unit or the version, and what it names.
    path text := TG_ARGV[0];
    frozen bigint;
BEGIN
    -- FOR SHARE waits for somebody who approves this very version, and sees the result.
    PERFORM 1 FROM training_curriculumversion v
    WHERE v.id IN (
        SELECT CASE path
            WHEN 'version_id' THEN (side ->> 'version_id')::bigint
            WHEN 'unit_id' THEN (SELECT u.version_id FROM training_unit u WHERE u.id = (side ->> 'unit_id')::bigint)
            WHEN 'outcome_id' THEN (
                SELECT u.version_id FROM training_outcome o JOIN training_unit u ON u.id = o.unit_id
                WHERE o.id = (side ->> 'outcome_id')::bigint)
        END
        FROM unnest(ARRAY[before, after]) AS side WHERE side IS NOT NULL
    )
    FOR SHARE;
    SELECT v.id INTO frozen FROM training_curriculumversion v
    WHERE v.state NOT IN ('draft', 'in_review') AND v.id IN (
        SELECT CASE path
            WHEN 'version_id' THEN (side ->> 'version_id')::bigint
            WHEN 'unit_id' THEN (SELECT u.version_id FROM training_unit u WHERE u.id = (side ->> 'unit_id')::bigint)
            WHEN 'outcome_id' THEN (
                SELECT u.version_id FROM training_outcome o JOIN training_unit u ON u.id = o.unit_id
                WHERE o.id = (side ->> 'outcome_id')::bigint)
        END
        FROM unnest(ARRAY[before, after]) AS side WHERE side IS NOT NULL
    )
    LIMIT 1;
    IF frozen IS NOT NULL THEN
        RAISE EXCEPTION 'curriculum version % is approved and never changes (V-1)', frozen
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END
$$;

CREATE FUNCTION training_refuse_other_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version_id <> OLD.version_id AND OLD.state <> 'planned' THEN
        RAISE EXCEPTION 'cohort % keeps the curriculum version it was opened with (V-5)', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER training_version_frozen BEFORE UPDATE OR DELETE ON training_curriculumversion
    FOR EACH ROW EXECUTE FUNCTION training_refuse_frozen_version();
CREATE TRIGGER training_unit_frozen BEFORE INSERT OR UPDATE OR DELETE ON training_unit
    FOR EACH ROW EXECUTE FUNCTION training_refuse_frozen_content('version_id');
CREATE TRIGGER training_outcome_frozen BEFORE INSERT OR UPDATE OR DELETE ON training_outcome
    FOR EACH ROW EXECUTE FUNCTION training_refuse_frozen_content('unit_id');
CREATE TRIGGER training_item_frozen BEFORE INSERT OR UPDATE OR DELETE ON training_assessmentitem
    FOR EACH ROW EXECUTE FUNCTION training_refuse_frozen_content('unit_id');
CREATE TRIGGER training_outcome_competencies_frozen BEFORE INSERT OR UPDATE OR DELETE ON training_outcome_competencies
    FOR EACH ROW EXECUTE FUNCTION training_refuse_frozen_content('outcome_id');
CREATE TRIGGER training_item_outcomes_frozen BEFORE INSERT OR UPDATE OR DELETE ON training_assessmentitem_outcomes
    FOR EACH ROW EXECUTE FUNCTION training_refuse_frozen_content('outcome_id');
CREATE TRIGGER training_cohort_version_pinned BEFORE UPDATE ON training_cohort
    FOR EACH ROW EXECUTE FUNCTION training_refuse_other_version();
CREATE TRIGGER training_enrolmentlog_append_only BEFORE UPDATE OR DELETE ON training_enrolmentlog
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_enrolmentlog_no_truncate BEFORE TRUNCATE ON training_enrolmentlog
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

CHANGEABLE = """
DROP TRIGGER training_enrolmentlog_no_truncate ON training_enrolmentlog;
DROP TRIGGER training_enrolmentlog_append_only ON training_enrolmentlog;
DROP TRIGGER training_cohort_version_pinned ON training_cohort;
DROP TRIGGER training_item_outcomes_frozen ON training_assessmentitem_outcomes;
DROP TRIGGER training_outcome_competencies_frozen ON training_outcome_competencies;
DROP TRIGGER training_item_frozen ON training_assessmentitem;
DROP TRIGGER training_outcome_frozen ON training_outcome;
DROP TRIGGER training_unit_frozen ON training_unit;
DROP TRIGGER training_version_frozen ON training_curriculumversion;
DROP FUNCTION training_refuse_other_version();
DROP FUNCTION training_refuse_frozen_content();
DROP FUNCTION training_refuse_frozen_version();
"""


class Migration(migrations.Migration):
    """An approved curriculum version never changes (V-1), a cohort keeps its version (V-5), steps are only added."""

    dependencies = [("training", "0001_initial"), ("core", "0002_audit_append_only")]

    operations = [migrations.RunSQL(GUARDS, CHANGEABLE)]
