from django.db import migrations

GUARDS = """
CREATE FUNCTION investment_guard_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed investment_agreement%ROWTYPE;
BEGIN
    SELECT * INTO agreed FROM investment_agreement a WHERE a.id = NEW.agreement_id;
    IF agreed.sha256 <> NEW.sha256 OR EXISTS (
        SELECT 1 FROM investment_agreement a
        WHERE a.project_id = agreed.project_id AND a.number > agreed.number
    ) THEN
        RAISE EXCEPTION 'agreement % is not the version in force, or was read in another text (D-3)', NEW.agreement_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM investment_investor i WHERE i.id = NEW.investor_id
        AND i.state IN ('organisation_verified', 'assessed', 'qualification_submitted', 'qualified')
    ) THEN
        RAISE EXCEPTION 'investor % is not verified and accepts no agreement (D-3)', NEW.investor_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER investment_acceptance_guarded BEFORE INSERT ON investment_agreementacceptance
    FOR EACH ROW EXECUTE FUNCTION investment_guard_acceptance();
"""
APPEND_ONLY = ("investorstep", "intereststep")
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
DROP TRIGGER investment_acceptance_guarded ON investment_agreementacceptance;
DROP FUNCTION investment_guard_acceptance();
"""
)


class Migration(migrations.Migration):
    """Nobody accepts an agreement that is not in force, nor unverified (D-3); steps are only added to."""

    dependencies = [("investment", "0005_investors")]

    operations = [migrations.RunSQL(GUARDS, CHANGEABLE)]
