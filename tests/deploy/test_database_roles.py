"""What the database allows the portal's own role, whatever the program tries (platform spec, 6.28, 6.55, 6.62)."""

import psycopg
import pytest

pytestmark = pytest.mark.xdist_group("deployment")

DENIED = psycopg.errors.InsufficientPrivilege
ADD = """
    INSERT INTO core_auditevent (seq, at, actor, on_behalf_of, verb, object_type, object_id, payload, prev_hash, hash)
    SELECT coalesce(max(seq), 0) + 1, now(), '', '', 'test', 'x', '1', '{}', 'p', 'of a test' FROM core_auditevent
"""


@pytest.fixture(scope="module")
def app(deployment):
    with deployment.database.connect("portal_app") as connection:
        yield connection


@pytest.fixture(scope="module")
def reader(deployment):
    with deployment.database.connect("portal_read") as connection:
        yield connection


def test_migrating_grants_the_roles(deployment):
    assert "portal_app: writes" in deployment.prepared
    assert "portal_read: reads" in deployment.prepared


class TestApp:
    @pytest.mark.parametrize("table", ["core_auditevent", "core_dailyhead", "core_alliancesettingversion"])
    @pytest.mark.parametrize("change", ["UPDATE {} SET seq = seq", "DELETE FROM {}", "TRUNCATE {}"])
    def test_what_is_only_added_to_cannot_be_changed(self, app, table, change):
        if table == "core_alliancesettingversion":
            change = change.replace("seq = seq", "id = id")
        with pytest.raises(DENIED):
            app.execute(change.format(table))

    def test_it_adds_to_the_audit_chain(self, app):
        with app.transaction(force_rollback=True):
            assert app.execute(ADD).rowcount == 1

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE core_auditevent DISABLE TRIGGER core_auditevent_append_only",
            "DROP TRIGGER core_auditevent_append_only ON core_auditevent",
            "DROP TABLE core_auditevent",
            "SET session_replication_role = replica",
            "SET ROLE portal_owner",
        ],
    )
    def test_it_cannot_lay_the_guard_down(self, app, statement):
        with pytest.raises(DENIED):
            app.execute(statement)

    def test_it_can_give_nobody_the_right_to(self, app):
        """PostgreSQL only warns of such a grant, and grants nothing."""
        app.execute("GRANT UPDATE ON core_auditevent TO portal_read")

        asked = "SELECT has_table_privilege('portal_read', 'core_auditevent', 'UPDATE')"
        assert app.execute(asked).fetchone() == (False,)

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE mine (x int)",
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
            "CREATE ROLE mine",
            "COPY parks_park TO PROGRAM 'cat'",
            "SELECT pg_read_file('/etc/passwd')",
            "ALTER ROLE portal_app SUPERUSER",
        ],
    )
    def test_it_changes_neither_tables_nor_server(self, app, statement):
        with pytest.raises(DENIED):
            app.execute(statement)

    def test_it_reads_and_writes_rows(self, app):
        with app.transaction(force_rollback=True):
            app.execute("UPDATE parks_park SET name_en = name_en WHERE id = (SELECT min(id) FROM parks_park)")
            app.execute("INSERT INTO django_session VALUES ('key', 'data', now())")
            app.execute("DELETE FROM django_session WHERE session_key = 'key'")


class TestReader:
    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT * FROM django_session",
            "SELECT password FROM accounts_user",
            "SELECT * FROM account_emailaddress",
            "SELECT * FROM accounts_invitation",
        ],
    )
    def test_what_opens_an_account_is_closed(self, reader, statement):
        with pytest.raises(DENIED):
            reader.execute(statement)

    def test_it_reads_parks_and_people(self, reader):
        assert reader.execute("SELECT count(*) FROM parks_park").fetchone()[0] > 0
        reader.execute("SELECT id, name FROM accounts_user")

    def test_it_writes_nothing(self, reader):
        for statement in ("UPDATE parks_park SET name_en = ''", "CREATE TEMP TABLE mine (x int)"):
            with pytest.raises((DENIED, psycopg.errors.ReadOnlySqlTransaction)):
                reader.execute(statement)


class TestServer:
    def test_nobody_gets_in_without_a_password(self, deployment):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host="127.0.0.1", port=deployment.database.port, dbname="portal", user="portal_app", password="wrong"
            )

    def test_roles_reach_no_other_database(self, deployment):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            deployment.database.connect("portal_app", "postgres")

    def test_sorting_is_built_in(self, deployment):
        with deployment.database.connect("portal_owner") as owner:
            asked = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'portal'"
            assert owner.execute(asked).fetchone() == ("b", "C.UTF-8")

    def test_the_queue_asks_for_its_password(self, deployment):
        import redis

        with pytest.raises(redis.exceptions.AuthenticationError):
            redis.Redis(host="127.0.0.1", port=deployment.queue_port).ping()
        known = redis.Redis(host="127.0.0.1", port=deployment.queue_port, password=deployment.secret("redis_password"))
        found = known.config_get("*append*") | known.config_get("maxmemory-policy")
        assert {name: found[name] for name in ("appendonly", "appendfsync", "maxmemory-policy")} == {
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
