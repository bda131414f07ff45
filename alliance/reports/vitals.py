"""How the portal itself is: the numbers behind the status page and the metrics, each asked for when it is wanted."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.utils import timezone
from redis.exceptions import RedisError

from alliance.core.models import AuditEvent, BackupRun, Job
from alliance.notifications.models import Delivery, Heartbeat, InvariantRun
from alliance.notifications.services import running

WAITING = (Delivery.State.PENDING, Delivery.State.QUEUED, Delivery.State.SENDING)
PREFIX = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]


@dataclass(frozen=True)
class Disk:
    """The disk that holds uploaded files and what is made from them."""

    used: int
    total: int

    @property
    def percent(self) -> int:
        return round(100 * self.used / self.total) if self.total else 0


def heartbeat_ages(now: datetime | None = None) -> dict[str, timedelta | None]:
    """Since when each process was not heard of; None for one that never was."""
    now = now or timezone.now()
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    return {name: now - seen[name] if name in seen else None for name in running.NAMES}


def deliveries_by_state() -> dict[str, int]:
    counts = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: counts.get(state, 0) for state in Delivery.State.values}


def oldest_unsent(now: datetime | None = None) -> timedelta | None:
    """How long the oldest mail that could go has waited; what waits for its own time does not count."""
    now = now or timezone.now()
    due = Delivery.objects.filter(state__in=WAITING, next_at__lte=now)
    oldest = due.aggregate(at=Min("next_at"))["at"]
    return None if oldest is None else now - oldest


def jobs_by_state() -> dict[str, int]:
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: counts.get(state, 0) for state in Job.State.values}


def queue_lengths() -> dict[str, int] | None:
    """What the broker holds, by queue; None while it is away."""
    try:
        with _broker() as broker, broker.pipeline(transaction=False) as asked:
            for queue in running.QUEUES:
                asked.llen(f"{PREFIX}{queue}")
            return dict(zip(running.QUEUES, asked.execute(), strict=True))
    except (RedisError, OSError):
        return None


def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)


def broker_version() -> str | None:
    try:
        with _broker() as broker:
            said = broker.info("server")
    except (RedisError, OSError):
        return None
    return f"Valkey {said['valkey_version']}" if "valkey_version" in said else f"Redis {said.get('redis_version', '?')}"


def database_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, _size = cursor.fetchone()
    return f"PostgreSQL {version.split()[0]}"


def database_size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


def missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def last_invariants() -> InvariantRun | None:
    return InvariantRun.objects.first()


def last_backup() -> BackupRun | None:
    return BackupRun.objects.first()


def audit_length() -> int:
    return AuditEvent.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def disk() -> Disk | None:
    """None where files are kept on an S3-compatible store, which has no end of its own."""
    if settings.S3_BUCKET:
        return None
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    found = shutil.disk_usage(folder)
    return Disk(found.used, found.total)
