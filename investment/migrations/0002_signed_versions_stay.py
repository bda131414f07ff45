from django.db import migrations

GUARDS = """
CREATE FUNCTION investment_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
    made bigint;
    missing bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'version % of a project was offered for signature and stays (J-2)', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (
        NEW.content IS DISTINCT FROM OLD.content OR NEW.sha256 <> OLD.sha256 OR NEW.number <> OLD.number
        OR NEW.project_id <> OLD.project_id OR NEW.state = 'draft'
    ) THEN
        RAISE EXCEPTION 'version % of a project was offered for signature and never changes (J-2)', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'in_force' AND OLD.state <> 'in_force' THEN
        IF OLD.state <> 'offered' OR jsonb_array_length(NEW.content -> 'shares') < 2 THEN
            RAISE EXCEPTION 'version % is not offered, or has fewer than two parks (J-2)', OLD.id
                USING ERRCODE = 'check_violation';
        END IF;
        FOREACH name IN ARRAY ARRAY['cost', 'risk', 'benefit'] LOOP
            SELECT sum((share ->> name)::bigint) INTO made FROM jsonb_array_elements(NEW.content -> 'shares') AS share;
            IF made <> 10000 THEN
                RAISE EXCEPTION 'the shares of % make %, not 10000 basis points (J-2)', name, made
                    USING ERRCODE = 'check_violation';
            END IF;
        END LOOP;
        SELECT count(*) INTO missing FROM jsonb_array_elements(NEW.content -> 'shares') AS share
        WHERE NOT EXISTS (
            SELECT 1 FROM investment_projectsignature s
            WHERE s.version_id = NEW.id AND s.park_id = (share ->> 'park')::bigint AND s.sha256 = NEW.sha256
        );
        IF missing > 0 THEN
            RAISE EXCEPTION '% parks have not signed version % (J-2)', missing, OLD.id
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION investment_guard_signature() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- FOR SHARE waits for somebody who takes this very version back, and sees the result.
    PERFORM 1 FROM investment_projectversion v WHERE v.id = NEW.version_id FOR SHARE;
    IF NOT EXISTS (
        SELECT 1 FROM investment_projectversion v
        WHERE v.id = NEW.version_id AND v.state = 'offered' AND v.sha256 = NEW.sha256
        AND v.content -> 'shares' @> jsonb_build_array(jsonb_build_object('park', NEW.park_id))
    ) THEN
        RAISE EXCEPTION 'park % cannot sign version %: not offered, another content, or not its project (J-2)',
            NEW.park_id, NEW.version_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION investment_guard_version_of_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM investment_projectversion v
        WHERE v.id = NEW.version_id AND v.project_id = NEW.id AND v.state = 'in_force'
    ) THEN
        RAISE EXCEPTION 'version % is not in force for project % (J-2)', NEW.version_id, NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER investment_version_guarded BEFORE UPDATE OR DELETE ON investment_projectversion
    FOR EACH ROW EXECUTE FUNCTION investment_guard_version();
CREATE TRIGGER investment_signature_guarded BEFORE INSERT ON investment_projectsignature
    FOR EACH ROW EXECUTE FUNCTION investment_guard_signature();
CREATE TRIGGER investment_project_version_guarded BEFORE INSERT OR UPDATE OF version_id ON investment_project
    FOR EACH ROW EXECUTE FUNCTION investment_guard_version_of_project();
"""
APPEND_ONLY = ("projectsignature", "projectstep", "admissionletter", "agreement", "agreementacceptance")
GUARDS += "".join(
    f"""
CREATE TRIGGER investment_{table}_append_only BEFORE UPDATE OR DELETE ON investment_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER investment_{table}_no_truncate BEFORE TRUNCATE ON investment_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in APPEND_ONLY
)

CHANGEABLE = (
    "".join(
        f"""
DROP TRIGGER investment_{table}_no_truncate ON investment_{table};
DROP TRIGGER investment_{table}_append_only ON investment_{table};
"""
        for table in APPEND_ONLY
    )
    + """
DROP TRIGGER investment_project_version_guarded ON investment_project;
DROP TRIGGER investment_signature_guarded ON investment_projectsignature;
DROP TRIGGER investment_version_guarded ON investment_projectversion;
DROP FUNCTION investment_guard_version_of_project();
DROP FUNCTION investment_guard_signature();
DROP FUNCTION investment_guard_version();
"""
)


class Migration(migrations.Migration):
    """What was offered for signature never changes, and nothing is in force that not every park has signed (J-2)."""

    dependencies = [("investment", "0001_initial"), ("core", "0002_audit_append_only")]

    operations = [migrations.RunSQL(GUARDS, CHANGEABLE)]
