"""Servers first, settings after: every test runs on the PostgreSQL and Valkey of this checkout, or those given."""

from alliance.core.local import testing

testing.start()
