"""Sessions in the database, so that the cache may be emptied; found by a query that is worked out once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from .prepared import Prepared, together

ALIVE = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now),
    "the key",
    datetime(1901, 2, 3, tzinfo=UTC),
)


class SessionStore(DatabaseStore):
    """Django's own, asked for in every request of somebody signed in."""

    # What is asked together with the session, and the answers (accounts/reader.py).
    along: Sequence[tuple[Prepared[Any], Sequence[Any]]] = ()
    brought: Sequence[list[Any]] = ()

    def _get_session_from_db(self) -> Session | None:
        found, *self.brought = together((ALIVE, (self.session_key, timezone.now())), *self.along)
        if not found:
            self._session_key = None
            return None
        return found[0]
