"""The portal's own settings, with the bare page beside it."""

from alliance.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"

# One address asks for everything here; the limit per address would be what is measured.
RATE_LIMITS = False
