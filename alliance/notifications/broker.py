"""Hand a task to the broker, or find out quickly that it is away."""

import logging
from typing import Any

from kombu.exceptions import OperationalError

from alliance.celery import app

logger = logging.getLogger(__name__)


def send(task: str, *args: Any, expires: float | None = None) -> bool:
    """Publish a task by name; False when the broker did not take it."""
    try:
        app.send_task(task, args=args, expires=expires, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("broker is away: %s", error.__class__.__name__)
        return False
    return True
