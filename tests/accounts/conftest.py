import pytest
from django.core.cache import cache

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
