from django.db import migrations

TABLES = ("roomversion", "roomevent", "roommanifest")

GUARDS = """
CREATE FUNCTION investment_guard_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM investment_roomnode p
        WHERE p.id = NEW.parent_id AND p.room_id = NEW.room_id AND p.kind = 'folder'
    ) THEN
        RAISE EXCEPTION 'entry % stands in a folder of its own room', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER investment_node_guarded BEFORE INSERT OR UPDATE ON investment_roomnode
    FOR EACH ROW EXECUTE FUNCTION investment_guard_node();

CREATE FUNCTION investment_guard_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM investment_roomnode n JOIN investment_roomgroup g ON g.room_id = n.room_id
        WHERE n.id = NEW.node_id AND g.id = NEW.group_id
    ) THEN
        RAISE EXCEPTION 'group and entry are of one room (D-6)' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER investment_access_guarded BEFORE INSERT OR UPDATE ON investment_roomaccess
    FOR EACH ROW EXECUTE FUNCTION investment_guard_access();
"""
GUARDS += "".join(
    f"""
CREATE TRIGGER investment_{table}_append_only BEFORE UPDATE OR DELETE ON investment_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER investment_{table}_no_truncate BEFORE TRUNCATE ON investment_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in TABLES
)

CHANGEABLE = (
    "".join(
        f"""
DROP TRIGGER investment_{table}_no_truncate ON investment_{table};
DROP TRIGGER investment_{table}_append_only ON investment_{table};
"""
        for table in TABLES
    )
    + """
DROP TRIGGER investment_access_guarded ON investment_roomaccess;
DROP FUNCTION investment_guard_access();
DROP TRIGGER investment_node_guarded ON investment_roomnode;
DROP FUNCTION investment_guard_node();
"""
)


class Migration(migrations.Migration):
    """A room's tree stays within the room; versions, decisions and manifests are only added to (D-6, D-10, D-12)."""

    dependencies = [("investment", "0007_rooms")]

    operations = [migrations.RunSQL(GUARDS, CHANGEABLE)]
