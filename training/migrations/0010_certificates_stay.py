from django.db import migrations

GUARDS = """
CREATE FUNCTION training_refuse_changed_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- What becomes of a certificate, and what its holder agreed to; the name goes when an account is closed.
    may_change constant text[] := ARRAY['revoked_at', 'revoked_category', 'superseded_at', 'shows_name',
        'is_searchable', 'shows_mark', 'in_directory', 'holder_name'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'certificate % was issued and stays, revoked or not (X-7, T-X3)', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change THEN
        RAISE EXCEPTION 'certificate % never changes (X-7)', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL
        AND (NEW.revoked_at IS DISTINCT FROM OLD.revoked_at OR NEW.revoked_category <> OLD.revoked_category)
    THEN
        RAISE EXCEPTION 'certificate % is revoked for good (X-9)', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION training_refuse_changed_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'issued' THEN
        IF TG_OP = 'UPDATE' AND NEW.state IN ('dossier', 'approved') AND OLD.state IN ('dossier', 'approved')
            AND (NEW.content <> OLD.content OR NEW.content_sha256 <> OLD.content_sha256)
        THEN
            RAISE EXCEPTION 'dossier % is frozen until it is returned (X-2)', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'holder_name' <> to_jsonb(OLD) - 'holder_name' THEN
        RAISE EXCEPTION 'dossier % was issued and never changes (X-2)', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION training_refuse_changed_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Words about a person, which closing an account takes away.
    may_change constant text[] := ARRAY['reason', 'statement', 'decision'];
BEGIN
    IF OLD.state = 'open' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change THEN
        RAISE EXCEPTION 'case % is decided for good (X-9)', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER training_certificate_stays BEFORE UPDATE OR DELETE ON training_certificate
    FOR EACH ROW EXECUTE FUNCTION training_refuse_changed_certificate();
CREATE TRIGGER training_dossier_stays BEFORE UPDATE OR DELETE ON training_dossier
    FOR EACH ROW EXECUTE FUNCTION training_refuse_changed_dossier();
CREATE TRIGGER training_case_stays BEFORE UPDATE OR DELETE ON training_revocationcase
    FOR EACH ROW EXECUTE FUNCTION training_refuse_changed_case();
CREATE TRIGGER training_place_stays BEFORE UPDATE OR DELETE ON training_statusplace
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_evidence_stays BEFORE UPDATE OR DELETE ON training_certificateevidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_certificateevent_append_only BEFORE UPDATE OR DELETE ON training_certificateevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_certificate_no_truncate BEFORE TRUNCATE ON training_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_place_no_truncate BEFORE TRUNCATE ON training_statusplace
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER training_certificateevent_no_truncate BEFORE TRUNCATE ON training_certificateevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

CHANGEABLE = """
DROP TRIGGER training_certificateevent_no_truncate ON training_certificateevent;
DROP TRIGGER training_place_no_truncate ON training_statusplace;
DROP TRIGGER training_certificate_no_truncate ON training_certificate;
DROP TRIGGER training_certificateevent_append_only ON training_certificateevent;
DROP TRIGGER training_evidence_stays ON training_certificateevidence;
DROP TRIGGER training_place_stays ON training_statusplace;
DROP TRIGGER training_case_stays ON training_revocationcase;
DROP TRIGGER training_dossier_stays ON training_dossier;
DROP TRIGGER training_certificate_stays ON training_certificate;
DROP FUNCTION training_refuse_changed_case();
DROP FUNCTION training_refuse_changed_dossier();
DROP FUNCTION training_refuse_changed_certificate();
"""


class Migration(migrations.Migration):
    """What was issued stays as it was issued; what was revoked stays revoked (X-2, X-7, X-9, X-12, T-X3)."""

    dependencies = [("training", "0009_certificates"), ("core", "0002_audit_append_only")]

    operations = [migrations.RunSQL(GUARDS, CHANGEABLE)]
