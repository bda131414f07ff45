"""Servers first, settings after: every test runs on the PostgreSQL and Valkey of this checkout, or those given."""

import os

import django

from alliance.core.local import testing

testing.start()

# Here and not in pyproject.toml, where pytest-django would load the settings before this file gives them an address.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
os.environ.setdefault("SECRET_KEY", "only for tests")
django.setup()
