"""In front of Django: each request gets its id, one line in the log and one measurement, whoever answers it.

The id comes from the proxy when that is trusted and the id is well formed, else it is made here. The line holds no
address, no query and no name of a person; pieces of a path that open something are taken out.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from . import logs, metrics

logger = logging.getLogger("portal.access")

REQUEST_ID = "portal.request_id"
# Django says here which view answered and who asked (`RequestIdMiddleware`).
VIEW = "portal.view"
PERSON = "portal.person"
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")
# Asked every few seconds by machines: measured, not written down.
UNTOLD = ("/healthz", "/readyz", "/metrics")

StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def request_id_of(environ: dict[str, Any]) -> str:
    """The id of this request, the same however often one asks."""
    known = environ.get(REQUEST_ID)
    if known:
        return known
    said = environ.get("HTTP_X_REQUEST_ID", "") if settings.TRUSTED_PROXY_COUNT else ""
    environ[REQUEST_ID] = said if WELL_FORMED.fullmatch(said) else uuid.uuid4().hex[:12]
    return environ[REQUEST_ID]


class WebLog:
    """Stands in front of the portal's WSGI application."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        token = logs.request_id.set(request_id_of(environ))
        began = time.perf_counter()
        answer = {"status": 500, "bytes": 0}

        def remember(status: str, headers: list[tuple[str, str]], *args: Any) -> Callable[[bytes], object]:
            answer["status"] = int(status[:3])
            answer["bytes"] = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
            return start_response(status, headers, *args)

        try:
            return self.application(environ, remember)
        finally:
            self._tell(environ, answer, time.perf_counter() - began)
            logs.request_id.reset(token)

    def _tell(self, environ: dict[str, Any], answer: dict[str, int], seconds: float) -> None:
        path = environ.get("PATH_INFO", "")
        view = environ.get(VIEW) or ("static" if path.startswith(settings.STATIC_URL) else "-")
        metrics.count_request(view, environ["REQUEST_METHOD"], answer["status"], seconds)
        if path in UNTOLD:
            return
        name = logs.person.set(environ.get(PERSON, ""))
        try:
            logger.info(
                "request",
                extra={
                    "method": environ["REQUEST_METHOD"],
                    "path": shown(path),
                    "view": view,
                    "milliseconds": round(seconds * 1000, 1),
                    **answer,
                },
            )
        finally:
            logs.person.reset(name)


def shown(path: str) -> str:
    """The path as it may stand in a log: as read from the wire, without tokens, cut where it is absurdly long."""
    text = path.encode("latin-1", "replace").decode("utf-8", "replace")
    return logs.clean(text)[:300]
