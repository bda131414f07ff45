"""What the running processes leave in the database: signs of life and taken moments of the schedule."""

import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from ..models import Heartbeat, ScheduleSlot

FRESH = timedelta(seconds=60)
QUEUES = ("control", "default", "mail", "media", "reports")
NAMES = ("beat", "dispatcher", *(f"worker:{queue}" for queue in QUEUES))

TOUCH = """
    INSERT INTO notifications_heartbeat (name, at) VALUES (%s, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET at = excluded.at
"""
TAKE_SLOT = """
    INSERT INTO notifications_scheduleslot (name, slot_time, taken_at) VALUES (%s, %s, clock_timestamp())
    ON CONFLICT DO NOTHING RETURNING id
"""

_last: dict[str, float] = {}


def touch(name: str, at_most_every: float = 0.0) -> None:
    """A sign of life; with `at_most_every` seconds a busy process does not write one for each thing it does."""
    now = time.monotonic()
    if at_most_every and now - _last.get(name, -at_most_every) < at_most_every:
        return
    _last[name] = now
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, [name])


def is_fresh(name: str, now: datetime | None = None) -> bool:
    return Heartbeat.objects.filter(name=name, at__gt=(now or timezone.now()) - FRESH).exists()


def take_slot(name: str, slot_time: datetime) -> bool:
    """Whether this moment of the schedule is ours. Taken in a transaction, it is free again when that fails."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SLOT, [name, slot_time])
        return cursor.fetchone() is not None


def release_slot(name: str, slot_time: datetime) -> None:
    """The work could not even begin."""
    ScheduleSlot.objects.filter(name=name, slot_time=slot_time).delete()


def forget_slots(before: datetime) -> int:
    return ScheduleSlot.objects.filter(slot_time__lt=before).delete()[0]
