from django.db import migrations

GUARDS = """
CREATE TRIGGER investment_documentversion_append_only BEFORE UPDATE OR DELETE ON investment_documentversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER investment_documentversion_no_truncate BEFORE TRUNCATE ON investment_documentversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER investment_projectdocument_stays BEFORE DELETE ON investment_projectdocument
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER investment_projectdocument_no_truncate BEFORE TRUNCATE ON investment_projectdocument
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
CHANGEABLE = """
DROP TRIGGER investment_projectdocument_no_truncate ON investment_projectdocument;
DROP TRIGGER investment_projectdocument_stays ON investment_projectdocument;
DROP TRIGGER investment_documentversion_no_truncate ON investment_documentversion;
DROP TRIGGER investment_documentversion_append_only ON investment_documentversion;
"""


class Migration(migrations.Migration):
    """Versions of a project's documents are only added to; a document is withdrawn, never deleted."""

    dependencies = [("investment", "0014_documents_and_follows")]

    operations = [migrations.RunSQL(GUARDS, CHANGEABLE)]
