"""What the processes count about themselves, for Prometheus. What is in the database is counted when it is asked for.

Several web processes write into files of one folder (`PROMETHEUS_MULTIPROC_DIR`, set by alliance/webserver.py before
this is imported), so that the answer of any of them speaks for all.
"""

import os
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

own = CollectorRegistry()

requests = Counter(
    "portal_requests", "Requests answered, by view, method and status.", ("view", "method", "status"), registry=own
)
seconds = Histogram(
    "portal_request_seconds", "How long an answer took to begin, by view.", ("view",), buckets=BUCKETS, registry=own
)
pool = Gauge(
    "portal_database_pool",
    "Connections of this process: how many there are, how many are free, and who waits for one.",
    ("state",),
    multiprocess_mode="livesum",
    registry=own,
)
_pool_noted_at = 0.0
POOL_STATES = {"pool_size": "all", "pool_available": "free", "requests_waiting": "waiting"}


def count_request(view: str, method: str, status: int, took: float) -> None:
    requests.labels(view, method if method in METHODS else "other", str(status)).inc()
    seconds.labels(view).observe(took)
    _note_pool()


def _note_pool() -> None:
    """Once a second is as often as anybody asks."""
    global _pool_noted_at
    now = time.monotonic()
    if now - _pool_noted_at >= 1:
        _pool_noted_at = now
        for state, value in _pool_now():
            pool.labels(state).set(value)


def _pool_now() -> Iterator[tuple[str, float]]:
    """Numbers of the connection pool, if this process has one by now."""
    from django.db import connections

    found = connections["default"]._connection_pools.get("default")  # type: ignore[attr-defined]
    if found:
        said = found.get_stats()
        yield from ((state, said.get(name, 0)) for name, state in POOL_STATES.items())


def many_processes() -> bool:
    return bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
