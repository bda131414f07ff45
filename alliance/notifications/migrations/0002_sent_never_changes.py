from django.db import migrations

FINAL = """
CREATE FUNCTION refuse_change_of_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sent delivery never changes' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER notifications_delivery_sent_is_final BEFORE UPDATE OR DELETE ON notifications_delivery
    FOR EACH ROW WHEN (OLD.state = 'sent') EXECUTE FUNCTION refuse_change_of_sent();
"""

CHANGEABLE = """
DROP TRIGGER notifications_delivery_sent_is_final ON notifications_delivery;
DROP FUNCTION refuse_change_of_sent();
"""


class Migration(migrations.Migration):
    """What was sent stays written as it was sent (platform spec, section 2, invariant 3)."""

    dependencies = [("notifications", "0001_initial")]

    operations = [migrations.RunSQL(FINAL, CHANGEABLE)]
