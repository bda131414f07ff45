"""What people do with jobs: ask for one, stop it, ask again."""

import hashlib
import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .. import audit, broker
from ..errors import RuleBroken
from ..models import Job
from . import events
from .kinds import JobKind, kind_of

State = Job.State


class TooMany(RuleBroken):
    """So much of this kind is under way already for this person."""


@transaction.atomic
def request(kind: JobKind, *, by: Any, language: str = "", **params: Any) -> Job:
    """Ask for work. The same asked twice while it is under way is the same job (invariant 11).

    `by` is the person whose rights it runs with, None the clock. Raises PermissionDenied and TooMany.
    """
    if not kind.may(by, params):
        raise PermissionDenied
    language = language or get_language() or "zh-hans"
    digest = _digest(params, language)
    mine = Job.objects.open().filter(kind=kind.code, requested_by=by)
    if found := mine.filter(params_hash=digest).first():
        return found
    if by is not None and mine.count() >= kind.open_at_once:
        raise TooMany(
            _("You already have %(n)d of these under way. Please wait for one of them.") % {"n": mine.count()}
        )
    job = Job(kind=kind.code, params=params, params_hash=digest, requested_by=by, language=language)
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        # A second click arrived at the same moment, and the constraint let one of the two in.
        return Job.objects.open().get(kind=kind.code, requested_by=by, params_hash=digest)
    audit.record("job.requested", job, by=by, kind=kind.code, params=digest)
    transaction.on_commit(lambda: hand_over(job), robust=True)
    return job


def hand_over(job: Job) -> bool:
    """Tell a worker. When the broker is away nothing is lost: the sweep finds the row."""
    return broker.send("core.run_job", str(job.pk), queue="reports", expires=3600)


@transaction.atomic
def cancel(job: Job, *, by: Any) -> Job:
    """Stop it: at once while it waits, else at its next sign of progress. What is settled stays."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if not job.is_open or job.cancel_requested:
        return job
    job.cancel_requested = True
    if job.state == State.QUEUED:
        job.state, job.finished_at = State.CANCELLED, timezone.now()
    job.save(update_fields=["cancel_requested", "state", "finished_at"])
    audit.record("job.cancelled", job, by=by)
    if job.state == State.CANCELLED:
        events.tell_finished(job)
    return job


def again(job: Job, *, by: Any) -> Job:
    """The same work once more, as a new job in the same language."""
    kind = kind_of(job)
    if kind is None:
        raise RuleBroken(_("The portal no longer does this kind of work."))
    return request(kind, by=by, language=job.language, **job.params)


def _digest(params: dict[str, Any], language: str) -> str:
    text = json.dumps([params, language], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
