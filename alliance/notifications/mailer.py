"""The connection to the mail server: one for each worker process, kept open between mails."""

import contextlib
import smtplib
import time
from typing import Any

from django.core.mail import get_connection

IDLE = 10.0  # seconds after which a mail server may have hung up

_server: Any = None
_used_at = 0.0


def opened() -> Any:
    """An open connection that has just answered. Whatever fails here, no mail has left yet."""
    global _server, _used_at

    if _server is not None and (time.monotonic() - _used_at > IDLE or not _answers(_server)):
        close()
    if _server is None:
        fresh = get_connection(fail_silently=False)
        fresh.open()
        _server = fresh
    _used_at = time.monotonic()
    return _server


def close() -> None:
    global _server

    if _server is not None:
        server, _server = _server, None
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.close()


def _answers(server: Any) -> bool:
    smtp = getattr(server, "connection", None)
    if smtp is None:
        return not hasattr(server, "connection")
    try:
        return smtp.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False
