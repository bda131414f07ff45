"""A database with every migration applied, made once for these migrations: each test run copies it.

Migrating takes a minute on a busy machine, copying a second. What the migrations say decides which copy fits.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from alliance.core import release

PREFIX = "migrated_"
# Any number will do: whoever wants the template while another process makes it waits for that.
LOCK = 7_406_213


def use() -> None:
    """Have the test database of this process copied from the template, which is made if it is not there."""
    name = PREFIX + _digest()
    with _locked() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        there = {row[0] for row in cursor.fetchall()}
        if name not in there:
            # Of older migrations, or of a process that was killed while it made one.
            for old in there:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            _make(name, cursor)
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _make(name: str, cursor) -> None:
    draft = f"{PREFIX}draft"
    cursor.execute(f'CREATE DATABASE "{draft}"')
    ours = connection.settings_dict["NAME"]
    try:
        connection.settings_dict["NAME"] = draft
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = ours
    cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


@contextmanager
def _locked() -> Iterator:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield cursor
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _digest() -> str:
    """What the migrations of the project say, and which packages bring theirs."""
    found = hashlib.sha256((settings.BASE_DIR / "requirements" / "dev.txt").read_bytes())
    for package in release.packages():
        for file in sorted((settings.BASE_DIR / package).rglob("migrations/*.py")):
            found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()[:24]
