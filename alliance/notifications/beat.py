"""The scheduler: one leader by an advisory lock held for life, and each moment of the schedule taken once in a table.

However many are started, one ticks. When its connection ends, PostgreSQL frees the lock and another goes on at once.
"""

import contextlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from celery.beat import ScheduleEntry, Scheduler
from celery.utils.log import get_logger
from django.db import Error, connection

from alliance.core import broker

from .services import running

logger = get_logger(__name__)

LEADER_LOCK = 2_026_002
GUARD_EVERY = 1.0  # seconds between two looks at the connection that holds the lock


class Leadership:
    """A PostgreSQL connection of its own that holds the lock, or waits for it."""

    def __init__(self) -> None:
        self._held: psycopg.Connection[Any] | None = None
        self._looked_at = 0.0

    def is_held(self) -> bool:
        """Whether we lead. Waits while another does, and is the next one the moment that one's connection ends."""
        try:
            if self._held is None:
                self._held = _with_lock()
            elif time.monotonic() - self._looked_at > GUARD_EVERY:
                self._held.execute("SELECT 1")
        except psycopg.Error as error:
            logger.warning("beat: lost the database (%s)", error.__class__.__name__)
            self.give_up()
            time.sleep(GUARD_EVERY)
            return False
        self._looked_at = time.monotonic()
        return True

    def give_up(self) -> None:
        if self._held is not None:
            with contextlib.suppress(psycopg.Error):
                self._held.close()
            self._held = None


def _with_lock() -> "psycopg.Connection[Any]":
    values = connection.settings_dict
    link = psycopg.connect(
        dbname=values["NAME"],
        user=values["USER"],
        password=values["PASSWORD"],
        host=values["HOST"],
        port=values["PORT"],
        autocommit=True,
        connect_timeout=5,
        keepalives_idle=5,
        application_name="beat",
    )
    try:
        link.execute("SELECT pg_advisory_lock(%s)", [LEADER_LOCK])
    except BaseException:
        link.close()
        raise
    logger.info("beat: leading")
    return link


class LeaderScheduler(Scheduler):
    """Sends what is due, only while it leads. The schedule stands in the settings, nothing in a file.

    Everything runs at intervals whose moments are the same for every beat. What is to be done once a day is sent often
    and takes its day itself, in the transaction of its work: so no day is lost to a broker that was away.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.leadership = Leadership()
        self._done: dict[str, datetime] = {}
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if not self.leadership.is_held():
            return 0.01
        now = datetime.now(UTC)
        try:
            running.touch("beat", at_most_every=5)
            waits = [self._mind(entry, now) for entry in self.schedule.values()]
        except Error as error:
            logger.warning("beat: the database is away (%s)", error.__class__.__name__)
            connection.close()
            return GUARD_EVERY
        return max(0.01, min([GUARD_EVERY, *waits]))

    def _mind(self, entry: ScheduleEntry, now: datetime) -> float:
        """Send one entry if its moment has come and nobody took it; gives the seconds until the next."""
        moment, following = moments_of(entry.schedule.run_every, now)
        if self._done.get(entry.name) != moment:
            if running.take_slot(entry.name, moment) and not self._send(entry):
                running.release_slot(entry.name, moment)
                return GUARD_EVERY
            self._done[entry.name] = moment
        return (following - now).total_seconds()

    def _send(self, entry: ScheduleEntry) -> bool:
        return broker.send(entry.task, *entry.args, **entry.options)

    def close(self) -> None:
        super().close()
        self.leadership.give_up()


def moments_of(every: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """The moment of the schedule that `now` belongs to, and the next one."""
    seconds = every.total_seconds()
    moment = datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
    return moment, moment + every
