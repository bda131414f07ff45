"""Tell the dispatcher that something waits, after the commit and without ever holding a request up.

The table is what counts: when the broker is away, nothing is lost, and the beat looks again every two seconds.
"""

import logging
import time

from django.db import transaction

logger = logging.getLogger(__name__)

AT_MOST_EVERY = 0.2  # seconds, for each process
PAUSE_AFTER_FAILURE = 10.0

_last_wake = 0.0
_closed_until = 0.0


def after_commit() -> None:
    """One wake-up for each transaction, however many notices it writes."""
    connection = transaction.get_connection()
    if any(call is wake for _sids, call, _robust in connection.run_on_commit):
        return
    transaction.on_commit(wake, robust=True)


def wake() -> None:
    global _last_wake, _closed_until

    now = time.monotonic()
    if now < _closed_until or now - _last_wake < AT_MOST_EVERY:
        return
    _last_wake = now
    from alliance.core import broker

    if not broker.send("notifications.dispatch", expires=10):
        _closed_until = time.monotonic() + PAUSE_AFTER_FAILURE
