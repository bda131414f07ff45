"""A cache that may be away: pages then work without it, and hardly slower (invariant 7 of the platform spec)."""

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a failure nobody knocks for this long, so that no request waits for a dead server twice.
PAUSE_SECONDS = 10


class KeptClient(RedisCacheClient):
    """One client for each pool: making one costs more than what most requests ask of it, and threads may share it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        client = self._kept.get(id(pool))
        if client is None:
            client = self._kept[id(pool)] = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return client


class PatientRedisCache(RedisCache):
    """Redis cache whose failures are misses. A breaker keeps requests fast while the server is away."""

    _closed_until = 0.0

    def __init__(self, server: str, params: dict) -> None:
        options = params.setdefault("OPTIONS", {})
        options.setdefault("socket_connect_timeout", 0.3)
        options.setdefault("socket_timeout", 0.5)
        super().__init__(server, params)
        self._class = KeptClient

    def _attempt(self, call: str, default: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < PatientRedisCache._closed_until:
            return default
        try:
            return getattr(super(), call)(*args, **kwargs)
        except (RedisError, OSError) as error:
            PatientRedisCache._closed_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("cache is away: %s", error.__class__.__name__)
            return default

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._attempt("add", True, *args, **kwargs)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._attempt("get", default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._attempt("set", None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return self._attempt("touch", False, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._attempt("delete", False, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> dict:
        return self._attempt("get_many", {}, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> list:
        return self._attempt("set_many", [], *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._attempt("delete_many", None, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return self._attempt("has_key", False, *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return self._attempt("incr", 1, *args, **kwargs)

    def clear(self) -> bool:  # type: ignore[override]
        return self._attempt("clear", False)
