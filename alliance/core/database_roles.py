"""What the database itself allows each of its roles (platform spec, 6.28, 6.55, 6.62).

The owner migrates, restores and backs up. The portal's processes sign in as the app role: it reads and writes rows, but
changes no table, and rows that are only ever added it cannot change or remove, whatever the program tries. The reading
role sees what reports and replicas may see, without sessions, passwords and second factors.

Grants are made anew after each migration, because tables come and go.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from psycopg import sql

# Nobody but the portal itself has business with these.
CLOSED = ("django_session", "mfa_", "usersessions_", "socialaccount_", "account_", "accounts_invitation")
CLOSED_COLUMNS = {"accounts_user": ("password",)}
# The portal reads which migrations were made, and makes none.
READ_ONLY = ("django_migrations",)

TABLES = """
    SELECT c.relname, EXISTS (
        SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname LIKE '%\\_append\\_only'
    )
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
"""
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


@dataclass(frozen=True)
class Granted:
    """How many tables a role may read, write, and only add to."""

    read: int = 0
    written: int = 0
    only_added_to: int = 0


class NoSuchRole(Exception):
    """The role has to be made first, with its password, by whoever runs the server."""


@transaction.atomic
def grant_app(role: str) -> Granted:
    """What web, workers and scheduler may do."""
    _require(role)
    _clear(role)
    read = written = added = 0
    for table, is_append_only in _tables():
        if table in READ_ONLY:
            rights, read = "SELECT", read + 1
        elif is_append_only:
            rights, added = "SELECT, INSERT", added + 1
        else:
            rights, written = "SELECT, INSERT, UPDATE, DELETE", written + 1
        _run("GRANT " + rights + " ON {} TO {}", table, role)
    _run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}", role)
    return Granted(read, written, added)


@transaction.atomic
def grant_read(role: str) -> Granted:
    """What reports, analysts and public pages on a replica may read."""
    _require(role)
    _clear(role)
    read = 0
    for table, _is_append_only in _tables():
        if table.startswith(CLOSED):
            continue
        read += 1
        hidden = CLOSED_COLUMNS.get(table, ())
        if not hidden:
            _run("GRANT SELECT ON {} TO {}", table, role)
            continue
        open_columns = [sql.Identifier(name) for name in _columns(table) if name not in hidden]
        statement = sql.SQL("GRANT SELECT ({}) ON {} TO {}").format(
            sql.SQL(", ").join(open_columns), sql.Identifier(table), sql.Identifier(role)
        )
        with connection.cursor() as cursor:
            cursor.execute(statement)
    return Granted(read=read)


def _require(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    if found is None:
        raise NoSuchRole(f"There is no role {role}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '…';")
    if found[0]:
        raise NoSuchRole(f"The role {role} may do more than read and write rows. Use one without such rights.")
    if role == owner:
        raise NoSuchRole(f"{role} owns the tables, so nothing can be withheld from it. Use a role of its own.")


def _clear(role: str) -> None:
    _run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}", role)
    _run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}", role)
    _run("REVOKE CREATE ON SCHEMA public FROM {}", role)
    _run("GRANT USAGE ON SCHEMA public TO {}", role)


def _tables() -> list[tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return cursor.fetchall()


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        return [name for (name,) in cursor.fetchall()]


def _run(statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))
