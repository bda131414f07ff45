"""A cache that is away costs misses, never a page, and hardly time (invariant 7 of the platform spec)."""

import socket
import threading
import time

import pytest
from django.core.cache import caches

from alliance.core.cache import PAUSE_SECONDS, PatientRedisCache


def make_cache(url: str) -> PatientRedisCache:
    return PatientRedisCache(url, {"KEY_PREFIX": "portal-test", "TIMEOUT": 30})


@pytest.fixture(autouse=True)
def _closed_breaker(monkeypatch):
    monkeypatch.setattr(PatientRedisCache, "_closed_until", 0.0)


@pytest.fixture
def silent_server():
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept = []
        done = threading.Event()

        def take():
            server.settimeout(0.1)
            while not done.is_set():
                try:
                    kept.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=take)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        done.set()
        thread.join()
        for connection, _address in kept:
            connection.close()


@pytest.fixture(params=["no server", "no socket", "silent server"])
def away(request, tmp_path):
    match request.param:
        case "no server":
            with socket.create_server(("127.0.0.1", 0)) as server:
                port = server.getsockname()[1]
            return make_cache(f"redis://127.0.0.1:{port}/0")
        case "no socket":
            return make_cache(f"unix://{tmp_path}/nobody.sock")
    return make_cache(request.getfixturevalue("silent_server"))


class TestAway:
    def test_every_call_is_a_miss(self, away):
        assert away.get("key") is None
        assert away.get("key", "default") == "default"
        assert away.set("key", 1) is None
        assert away.add("key", 1) is True
        assert away.touch("key") is False
        assert away.delete("key") is False
        assert away.get_many(["key"]) == {}
        assert away.set_many({"key": 1}) == []
        assert away.delete_many(["key"]) is None
        assert away.has_key("key") is False
        assert ("key" in away) is False
        assert away.incr("key") == 1
        assert away.decr("key") == 1
        assert away.clear() is False
        assert away.get_or_set("key", lambda: "made", 30) == "made"

    def test_each_kind_of_first_call_is_a_miss(self, away, monkeypatch):
        """With the breaker open for none of them."""
        calls = [
            ("get", ("key",), None),
            ("set", ("key", 1), None),
            ("incr", ("key",), 1),
            ("get_many", (["key"],), {}),
            ("has_key", ("key",), False),
        ]
        for name, arguments, expected in calls:
            monkeypatch.setattr(PatientRedisCache, "_closed_until", 0.0)
            assert getattr(away, name)(*arguments) == expected

    def test_a_request_is_hardly_slower(self, away):
        """A page asks many times; only the first one waits."""
        began = time.monotonic()
        for number in range(50):
            away.get(f"key{number}")

        assert time.monotonic() - began < 1.0

    def test_nobody_knocks_again_for_a_while(self, away, monkeypatch):
        away.get("key")
        monkeypatch.setattr(PatientRedisCache, "_cache", property(lambda self: pytest.fail("it knocked")))

        assert away.get("key") is None
        assert PatientRedisCache._closed_until > time.monotonic() + PAUSE_SECONDS - 2


class TestThere:
    @pytest.fixture
    def cache(self):
        cache = caches["default"]
        yield cache
        cache.delete_many(["test-a", "test-b"])

    def test_it_remembers(self, cache):
        assert cache.set("test-a", {"名": 1}) is None
        assert cache.get("test-a") == {"名": 1}
        assert cache.add("test-a", 2) is False
        assert cache.touch("test-a", 60) is True
        assert cache.get_many(["test-a", "test-b"]) == {"test-a": {"名": 1}}
        assert cache.delete("test-a") is True
        assert cache.get("test-a", "gone") == "gone"

    def test_it_counts(self, cache):
        cache.set("test-b", 1)

        assert cache.incr("test-b", 2) == 3
        with pytest.raises(ValueError, match="test-a"):
            cache.incr("test-a")

    def test_it_is_asked_again_when_it_is_back(self, cache, monkeypatch):
        monkeypatch.setattr(PatientRedisCache, "_closed_until", time.monotonic() + PAUSE_SECONDS)
        while_away = cache.set("test-a", 1), cache.get("test-a")

        monkeypatch.setattr(PatientRedisCache, "_closed_until", 0.0)
        cache.set("test-a", 1)

        assert while_away == (None, None)
        assert cache.get("test-a") == 1
