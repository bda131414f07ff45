"""The life of a job in the workers: taken, run with the requester's rights, settled, swept.

As with deliveries the row decides: every step is one UPDATE that names the state and the lease it starts from.
"""

import logging
import uuid
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files import File
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone, translation

from .. import audit
from ..errors import RuleBroken
from ..models import MAX_JOB_ATTEMPTS, Job
from . import events
from .kinds import JobKind, kind_of
from .requests import hand_over
from .work import Cancelled, Work

logger = logging.getLogger(__name__)

State = Job.State

SILENT_FOR = timedelta(seconds=60)  # who gave no sign for so long is dead
ON_THE_WAY = timedelta(seconds=10)  # what waits for longer was lost by the broker, or waits for a worker
PAUSE = timedelta(seconds=20)  # before another attempt

TAKE = """
    UPDATE core_job
    SET state = 'running', attempts = attempts + 1, lease_token = %s, heartbeat_at = clock_timestamp(),
        started_at = COALESCE(started_at, clock_timestamp()), done = 0, total = 0, stage = ''
    WHERE id = %s AND state = 'queued' AND attempts < %s AND next_at <= clock_timestamp()
    RETURNING id
"""


def run(pk: str | uuid.UUID) -> None:
    """One attempt, if the job still waits for one."""
    token = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [token, pk, MAX_JOB_ATTEMPTS])
        if cursor.fetchone() is None:
            return
    job = Job.objects.select_related("requested_by").get(pk=pk)
    work = Work(job, token)
    try:
        with translation.override(job.language):
            _attempt(job, work)
    finally:
        work.close()


def _attempt(job: Job, work: Work) -> None:
    kind = kind_of(job)
    if kind is None:
        _settle(work, State.FAILED, error="unknown_kind")
        return
    # The right is asked again now: it may have been lost since the click (platform spec, 6.26).
    if (work.by is not None and not work.by.is_active) or not kind.may(work.by, work.params):
        _settle(work, State.FAILED, error="not_allowed")
        return
    try:
        result = _run(kind, work)
        work.write()  # a wish to stop that came after the last progress still counts
    except Cancelled:
        _settle(work, State.CANCELLED)
    except RuleBroken as refusal:
        _settle(work, State.FAILED, error=str(refusal))
    except SoftTimeLimitExceeded:
        _settle(work, State.FAILED, error="too_long")
    except Exception:
        logger.exception("job %s of kind %s failed in attempt %s", job.pk, job.kind, job.attempts)
        _again_or_failed(work)
    else:
        _settle(work, State.DONE, kind=kind, result=dict(result or {}))


def _run(kind: JobKind, work: Work) -> Any:
    if not kind.reads_only:
        return kind.run(work)
    begun = connection.in_atomic_block
    with transaction.atomic():
        if not begun:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return kind.run(work)


def _again_or_failed(work: Work) -> None:
    if work.job.attempts >= MAX_JOB_ATTEMPTS:
        _settle(work, State.FAILED, error="broken")
        return
    _mine(work).update(state=State.QUEUED, lease_token=None, heartbeat_at=None, next_at=timezone.now() + PAUSE)


def _settle(work: Work, state: str, *, kind: JobKind | None = None, error: str = "", result: Any = None) -> bool:
    """Write how it ended and tell who listens, in one transaction; False when the lease was lost meanwhile."""
    now = timezone.now()
    values: dict[str, Any] = {"state": state, "error": error[:300], "finished_at": now, "result": result or {}}
    kept = ""
    if state == State.DONE:
        values["done"] = F("total")
        if kind is not None and work.path is not None:
            kept = _keep(work)
            values |= {"content": kept, "file_name": work.file_name, "media_type": work.media_type}
            values |= {"size": work.path.stat().st_size, "expires_at": now + timedelta(days=kind.keep_days)}
    with transaction.atomic():
        mine = bool(_mine(work).update(lease_token=None, heartbeat_at=None, **values))
        if mine:
            job = Job.objects.get(pk=work.job.pk)
            audit.record(f"job.{state}", job, by=work.by, kind=job.kind, error=job.error if job.error.isascii() else "")
            events.tell_finished(job)
    if kept and not mine:
        Job._meta.get_field("content").storage.delete(kept)
    return mine


def _keep(work: Work) -> str:
    assert work.path is not None
    field = Job._meta.get_field("content")
    with work.path.open("rb") as file:
        return field.storage.save(field.generate_filename(work.job, ""), File(file))


def _mine(work: Work) -> Any:
    return Job.objects.filter(pk=work.job.pk, lease_token=work.token, state=State.RUNNING)


def sweep() -> int:
    """Bring back what a broker or a worker lost, and remove the files whose time is over; gives how many."""
    silent = Job.objects.filter(state=State.RUNNING, heartbeat_at__lt=Now() - SILENT_FOR)
    free: dict[str, Any] = {"lease_token": None, "heartbeat_at": None}
    back = silent.filter(attempts__lt=MAX_JOB_ATTEMPTS, cancel_requested=False).update(
        state=State.QUEUED, next_at=Now(), **free
    )
    for job in silent.order_by("pk")[:100]:
        _give_up(job, free)
    waiting = Job.objects.filter(state=State.QUEUED, next_at__lt=Now() - ON_THE_WAY).order_by("next_at")[:20]
    for job in waiting:
        if not hand_over(job):
            break
        # The next look waits a little longer, so that a long line does not fill the broker with the same names.
        Job.objects.filter(pk=job.pk, state=State.QUEUED).update(next_at=Now())
    return back + remove_old_files()


@transaction.atomic
def _give_up(job: Job, free: dict[str, Any]) -> None:
    state = State.CANCELLED if job.cancel_requested else State.FAILED
    error = "" if job.cancel_requested else "worker_lost"
    dead = Job.objects.filter(pk=job.pk, state=State.RUNNING, lease_token=job.lease_token)
    if dead.update(state=state, error=error, finished_at=Now(), **free):
        job.refresh_from_db()
        audit.record(f"job.{state}", job, kind=job.kind, error=error)
        events.tell_finished(job)


def remove_old_files() -> int:
    """A file is kept for some days; the row says afterwards that there was one."""
    old = Job.objects.exclude(content="").filter(expires_at__lt=Now()).order_by("expires_at")[:200]
    for job in old:
        job.content.delete(save=False)
        Job.objects.filter(pk=job.pk).update(content="")
    return len(old)
