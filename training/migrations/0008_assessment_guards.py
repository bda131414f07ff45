from django.db import migrations

GUARDS = """
-- Refuses every change but to the named columns; of those that hold words, only that they are taken away.
CREATE FUNCTION training_refuse_change_but() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION 'row % of % is settled and never changes', OLD.id, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION training_refuse_untelling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state NOT IN ('released', 'appealed', 'upheld', 'changed', 'final', 'void')
        OR (NEW.feedback <> OLD.feedback AND NEW.feedback <> '')
    THEN
        RAISE EXCEPTION 'attempt % was told to the trainee and never changes (G-5)', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER training_attempt_told BEFORE UPDATE OR DELETE ON training_attempt
    FOR EACH ROW WHEN (OLD.released_at IS NOT NULL)
    EXECUTE FUNCTION training_refuse_change_but('state', 'final_at', 'void_reason', 'feedback');
CREATE TRIGGER training_attempt_told_stays BEFORE UPDATE ON training_attempt
    FOR EACH ROW WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION training_refuse_untelling();
CREATE TRIGGER training_appealdecision_append_only BEFORE UPDATE OR DELETE ON training_appealdecision
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_appealdecision_no_truncate BEFORE TRUNCATE ON training_appealdecision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_day_confirmed BEFORE UPDATE OR DELETE ON training_placementday
    FOR EACH ROW WHEN (OLD.state = 'confirmed') EXECUTE FUNCTION training_refuse_change_but('words', 'note');
CREATE TRIGGER training_signature_stays BEFORE UPDATE OR DELETE ON training_placementsignature
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change_but('signer_name');
CREATE TRIGGER training_rule_append_only BEFORE UPDATE OR DELETE ON training_placementrule
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_rule_no_truncate BEFORE TRUNCATE ON training_placementrule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

CHANGEABLE = """
DROP TRIGGER training_rule_no_truncate ON training_placementrule;
DROP TRIGGER training_rule_append_only ON training_placementrule;
DROP TRIGGER training_signature_stays ON training_placementsignature;
DROP TRIGGER training_day_confirmed ON training_placementday;
DROP TRIGGER training_appealdecision_no_truncate ON training_appealdecision;
DROP TRIGGER training_appealdecision_append_only ON training_appealdecision;
DROP TRIGGER training_attempt_told_stays ON training_attempt;
DROP TRIGGER training_attempt_told ON training_attempt;
DROP FUNCTION training_refuse_untelling();
DROP FUNCTION training_refuse_change_but();
"""


class Migration(migrations.Migration):
    """A told mark, a decision, a confirmed day, a signature and a rule of the pack never change (G-5, W-2, W-6, W-7)."""

    dependencies = [("training", "0007_assessment"), ("core", "0002_audit_append_only")]

    operations = [migrations.RunSQL(GUARDS, CHANGEABLE)]
