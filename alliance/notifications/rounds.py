"""A worker's round: the mails it was handed and then whatever else is due, one after the other, for two seconds.

While there is much to send, workers need the broker only to begin.
"""

import time
import uuid
from collections.abc import Sequence

from . import posting, wake
from .services import deliveries
from .services.running import touch

# Seconds: a process that sends mails looks after other tasks too, and the dispatcher is one of them.
ROUND = 2.0


def run(ids: Sequence[uuid.UUID]) -> None:
    until = time.monotonic() + ROUND
    while ids:
        touch("worker:mail", at_most_every=5)
        left = posting.deliver(*ids, until=until)
        if left:
            deliveries.put_back(left)
        if left or time.monotonic() > until:
            wake.wake()
            return
        ids = deliveries.claim(limit=deliveries.GROUP)
