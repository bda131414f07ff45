"""Reading from a streaming replica, where `REPLICA_URL` names one: public pages of visitors without a session.

They may be a moment behind. Nobody who is signed in reads from it, so nobody misses what they just wrote; and for a
while after something was published, everybody reads the primary. When the replica is away or too far behind, pages come
from the primary, and only the first request notices.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse

from . import away

logger = logging.getLogger(__name__)

ALIAS = "replica"
# How far it may be behind, and how long one believes what it said about that.
MOST_BEHIND = 10.0
LOOK_EVERY = 2.0
PAUSE = 15.0
CHANGED_KEY = "public-changed"

# Seconds behind; a primary that has been idle sends nothing, so then the replica is not behind at all.
BEHIND = """
    SELECT pg_is_in_recovery(), CASE
        WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)
    END
"""

_reading: ContextVar[bool] = ContextVar("reading_replica", default=False)
_usable_until = 0.0
_closed_until = 0.0


class Router:
    """Sends reads to the replica inside `reading()`, and everything else to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return ALIAS if _reading.get() else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True  # both are the same rows

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


@contextmanager
def reading() -> Iterator[bool]:
    """Reads within may be a moment old. Gives whether they really come from the replica."""
    use = ALIAS in settings.DATABASES and not _reading.get() and is_usable()
    token = _reading.set(use or _reading.get())
    try:
        yield use
    finally:
        _reading.reset(token)


def is_usable() -> bool:
    """Whether it answers and is close enough; asked at most every two seconds by each process."""
    global _usable_until
    now = time.monotonic()
    if now < _closed_until or cache.get(CHANGED_KEY):
        return False
    if now < _usable_until:
        return True
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(BEHIND)
            is_replica, behind = cursor.fetchone()
    except Error as error:
        give_up(error.__class__.__name__)
        return False
    if not is_replica or behind > MOST_BEHIND:
        give_up("it is no replica" if not is_replica else f"{behind:.0f} s behind")
        return False
    _usable_until = now + LOOK_EVERY
    return True


def give_up(why: str) -> None:
    """Leave it alone for a while."""
    global _usable_until, _closed_until
    logger.warning("the replica is not used: %s", why)
    _usable_until, _closed_until = 0.0, time.monotonic() + PAUSE


def public_data_changed() -> None:
    """Something was published: until replicas have surely got it, the primary is read."""
    if ALIAS in settings.DATABASES:
        cache.set(CHANGED_KEY, 1, timeout=MOST_BEHIND)


class ReplicaMiddleware:
    """Public pages for visitors without a session; the last middleware, so that only the view itself reads there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if ALIAS not in settings.DATABASES or not _is_for_everybody(request):
            return None
        with reading() as is_replica:
            if not is_replica:
                return None
            try:
                return view(request, *args, **kwargs)
            except Error as error:
                if not away.is_about(error):
                    raise
                give_up(error.__class__.__name__)
        return None  # now the view runs on the primary


def _is_for_everybody(request: HttpRequest) -> bool:
    match = request.resolver_match
    return (
        request.method in {"GET", "HEAD"}
        and match is not None
        and match.view_name in settings.PUBLIC_PAGES
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
