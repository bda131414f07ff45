"""A task's log lines carry the id of the request that asked for it; one that the clock sent gets an id of its own."""

import logging
import logging.config
import uuid
from typing import Any

from celery import signals
from django.conf import settings

from . import logs

HEADER = "portal_request_id"


def connect() -> None:
    signals.before_task_publish.connect(_send_along, dispatch_uid="portal.send_along")
    signals.task_prerun.connect(_begin, dispatch_uid="portal.begin")
    signals.task_postrun.connect(_end, dispatch_uid="portal.end")
    signals.setup_logging.connect(_log_as_the_portal, dispatch_uid="portal.logging")


def _send_along(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    asked_by = logs.request_id.get()
    if headers is not None and asked_by != "-":
        headers[HEADER] = asked_by


def _begin(task: Any = None, **kwargs: Any) -> None:
    request = getattr(task, "request", None)
    asked_by = getattr(request, HEADER, None) or (getattr(request, "headers", None) or {}).get(HEADER)
    logs.request_id.set(asked_by or uuid.uuid4().hex[:12])


def _end(**kwargs: Any) -> None:
    logs.request_id.set("-")


def _log_as_the_portal(loglevel: Any = None, **kwargs: Any) -> None:
    """Celery would lay out lines of its own, with the arguments of tasks in them."""
    logging.config.dictConfig(settings.LOGGING)
    if loglevel:
        logging.getLogger().setLevel(loglevel)
