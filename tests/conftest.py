"""Servers first, settings after: every test runs on the PostgreSQL and Valkey of this checkout, or those given."""

import os
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.utils import translation

from alliance.core.cache import PatientRedisCache
from alliance.core.local import testing
from tests import template_database

testing.start()

# Here and not in pyproject.toml, where pytest-django would load the settings before this file gives them an address.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
os.environ.setdefault("PRODUCTION", "0")
os.environ.setdefault("SECRET_KEY", "only for tests")
# Static files straight from their folder: no collecting before a test run.
os.environ.setdefault("PLAIN_STATIC", "1")
# No test sees what another one made.
os.environ.setdefault("SHARED_PART_SECONDS", "0")
# Mails leave whatever time it is; the tests of quiet hours set the clock and the hours themselves.
os.environ.setdefault("QUIET_HOURS", "0-0")
# All tests come from one address; those of the limits switch them on.
os.environ.setdefault("RATE_LIMITS", "0")
# Keys that sign certificates in tests, in a folder that goes with the process.
os.environ.setdefault("ISSUER_KEY_PASSWORD", "only for the keys of a test run")
_keys = tempfile.TemporaryDirectory(prefix="issuer-keys-")
os.environ["ISSUER_KEY_DIR"] = _keys.name
django.setup()
# The settings of an xdist worker are older than the line above.
settings.ISSUER_KEY_DIR, settings.ISSUER_KEY_PASSWORD = Path(_keys.name), os.environ["ISSUER_KEY_PASSWORD"]

# pytest-django loads the settings of an xdist worker before this file runs, with the Valkey database of its controller:
# workers that shared one would empty each other's cache.
settings.REDIS_URL = settings.CACHES["default"]["LOCATION"] = os.environ["REDIS_URL"]
# The cache is given up after half a second, as the portal must; a busy machine's tests wait rather than go without.
settings.CACHES["default"]["OPTIONS"] = {"socket_connect_timeout": 10, "socket_timeout": 10}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    with django_db_blocker.unblock():
        template_database.use()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit are cleaned up by TRUNCATE, which append-only tables refuse; only that trigger is laid down."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger"
            " WHERE tgname LIKE '%\\_no\\_truncate' AND NOT tgisinternal"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


@pytest.fixture(autouse=True)
def begin_in_chinese():
    """Every test begins in the portal's first language, whatever the one before it spoke."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def signed_in_with_both_factors(monkeypatch):
    """`client.force_login` stands for signing in as one does: who needs a second factor has shown it.

    A test about signing in posts its forms, or takes the factor away again: `client.force_login(person, factor=False)`.
    """
    from django.test import Client

    from tests.factories import factor_shown

    plain = Client.force_login

    def force_login(self, user, backend=None, *, factor=True):
        plain(self, user, backend)
        if factor:
            factor_shown(self, user)

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture(autouse=True)
def the_cache_is_tried_again():
    """A test that found the cache away leaves the next one to find out for itself."""
    PatientRedisCache._closed_until = 0.0


@pytest.fixture(autouse=True)
def nobody_has_decided_anything():
    """Every test begins with the settings of the alliance as the portal came, known without a query."""
    from alliance.core import alliance_settings

    alliance_settings.remember({}, seconds=float("inf"))
