"""While PostgreSQL is away: kept public pages go on, everything else says calmly that it will be back.

One request notices; for a moment after that nobody else waits for a database that does not answer.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.template.loader import get_template

logger = logging.getLogger(__name__)

# Between two tries; a page that is asked for meanwhile is answered at once.
PAUSE = 2.0
RETRY_AFTER = 15
# What PostgreSQL says when it goes down, comes up or is full; and a lost or refused connection, which has no code.
AWAY_CODES = {"57P01", "57P02", "57P03", "53300"}
# Files and what machines ask for do not need it, or have to see for themselves.
UNAFFECTED = (settings.STATIC_URL, "/healthz", "/readyz", "/metrics", "/robots.txt")

StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_closed_until = 0.0


def is_about(error: BaseException | None) -> bool:
    """Whether this error means that the database is away, rather than that it refused something."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "sqlstate", None)
    return code is None or code.startswith("08") or code in AWAY_CODES


def note() -> None:
    """It did not answer just now."""
    global _closed_until
    if time.monotonic() >= _closed_until:
        logger.error("the database is away")
    _closed_until = time.monotonic() + PAUSE


def is_known() -> bool:
    """Whether it was away a moment ago. One request in each pause is let through to see."""
    global _closed_until
    now = time.monotonic()
    if now < _closed_until:
        return True
    if _closed_until:
        _closed_until = now + PAUSE
    return False


def is_back() -> None:
    global _closed_until
    if _closed_until:
        logger.warning("the database is back")
        _closed_until = 0.0


def page(request_id: str = "") -> bytes:
    """The calm page, in both languages: which one the reader wants is not known without a database."""
    return get_template("503.html").render({"request_id": request_id}).encode()


class WhileAway:
    """Answers for Django, in front of it, while the database is known to be away."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(UNAFFECTED):
            return self.application(environ, start_response)
        if not is_known():
            return self._try(environ, start_response)
        body = page(environ.get("portal.request_id", ""))
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(RETRY_AFTER)),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"),
        ]
        start_response("503 Service Unavailable", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _try(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        def remember(status: str, headers: list[tuple[str, str]], *args: Any) -> Callable[[bytes], object]:
            if not status.startswith("503 "):
                is_back()
            return start_response(status, headers, *args)

        return self.application(environ, remember)
