import pytest
from django.core.cache import cache
from django.utils import translation

from alliance.accounts import events

NAMES = (
    "invited",
    "invitation_accepted",
    "invitation_revoked",
    "invitation_expired_asked",
    "join_requested",
    "join_decided",
    "duty_changed",
    "duty_ended",
    "last_holder_lost",
)


@pytest.fixture
def told(monkeypatch):
    """What the services told, as (name, facts) in order. Nobody else listens meanwhile."""
    heard = []
    for name in NAMES:
        event = getattr(events, name)
        monkeypatch.setattr(event, "listeners", [lambda name=name, **facts: heard.append((name, facts))])
    return heard


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Rate limits count in the cache; each test begins with none used."""
    cache.clear()


@pytest.fixture(autouse=True)
def _english():
    """Refusals are asserted in the language of the message ids."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _quick_hashing(settings):
    """Hashing is slow on purpose, and limits by the minute would run out while it does."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
