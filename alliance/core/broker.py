"""Hand a task to the broker, or find out quickly that it is away."""

import logging
from functools import cache
from typing import Any

from kombu import Connection
from kombu.exceptions import KombuError
from kombu.pools import connections

from alliance.celery import app

logger = logging.getLogger(__name__)

# One look, at most a second. Celery's own connection goes on knocking for six, even when told not to retry.
IMPATIENT = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "connect_retries_timeout": 0.5,
    "socket_connect_timeout": 0.4,
    "socket_timeout": 0.8,
}
ROOM = 1.0  # seconds to wait for a free connection


def send(task: str, *args: Any, **options: Any) -> bool:
    """Publish a task by name; False when the broker did not take it."""
    try:
        with connections[_template()].acquire(block=True, timeout=ROOM) as connection:
            app.send_task(task, args=args, retry=False, connection=connection, **options)
    except (KombuError, OSError) as error:
        logger.warning("broker is away: %s", error.__class__.__name__)
        return False
    return True


@cache
def _template() -> Connection:
    options = {**app.conf.broker_transport_options, **IMPATIENT}
    return app.connection_for_write(transport_options=options)
