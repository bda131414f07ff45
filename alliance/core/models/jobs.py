"""Long work that somebody asked for: its row says how far it is, and decides who may work on it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .files import private_storage

MAX_JOB_ATTEMPTS = 3


def job_file_name(instance: "Job", filename: str) -> str:
    """A random name of its own for each attempt: two workers never write the same file."""
    token = uuid.uuid4().hex
    return f"jobs/{token[:2]}/{token}"


class JobQuerySet(models.QuerySet["Job"]):
    def of(self, person):
        """What this person asked for, the newest first."""
        return self.filter(requested_by=person).order_by("-created_at", "-pk")

    def open(self):
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class Job(models.Model):
    """One piece of long work, from asked for to settled (platform spec, section 2).

    queued → running (a worker holds the lease while its heartbeat is fresh) → done, failed or cancelled. `params` and
    `result` hold ids, codes and filters, never contents. Without `requested_by` the clock asked. `done` of `total`
    count whatever the work counts; in one attempt they never go back.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("job", "Waiting")
        RUNNING = "running", pgettext_lazy("job", "Under way")
        DONE = "done", pgettext_lazy("job", "Finished")
        FAILED = "failed", pgettext_lazy("job", "Failed")
        CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict, blank=True)
    params_hash = models.CharField(max_length=64)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    language = models.CharField(max_length=10, default="zh-hans")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    lease_token = models.UUIDField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=60, blank=True)
    cancel_requested = models.BooleanField(default=False)
    result = models.JSONField(default=dict, blank=True)
    content = models.FileField(storage=private_storage, upload_to=job_file_name, max_length=120, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    # Why it failed: a code of ours, or the sentence of a broken rule in the language of the job.
    error = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("asked for"), db_default=Now())
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "params_hash", "requested_by"],
                condition=Q(state__in=["queued", "running"]),
                nulls_distinct=False,
                name="core_job_once_at_a_time",
            ),
            models.CheckConstraint(
                name="core_job_state", condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"])
            ),
            models.CheckConstraint(name="core_job_attempts", condition=Q(attempts__lte=MAX_JOB_ATTEMPTS)),
            models.CheckConstraint(
                name="core_job_lease_while_running",
                condition=Q(state="running", lease_token__isnull=False, heartbeat_at__isnull=False)
                | ~Q(state="running") & Q(lease_token__isnull=True),
            ),
            models.CheckConstraint(
                name="core_job_settled_with_time",
                condition=Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
            ),
            models.CheckConstraint(name="core_job_failed_with_reason", condition=~Q(state="failed") | ~Q(error="")),
        ]
        indexes = [
            models.Index(fields=["requested_by", "-created_at"], name="core_job_mine"),
            models.Index(fields=["next_at"], condition=Q(state="queued"), name="core_job_due"),
            models.Index(fields=["heartbeat_at"], condition=Q(state="running"), name="core_job_running"),
            models.Index(fields=["expires_at"], condition=~Q(content=""), name="core_job_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def has_file(self) -> bool:
        """Whether there is a file that may still be fetched."""
        return bool(self.content) and (self.expires_at is None or self.expires_at > timezone.now())

    @property
    def percent(self) -> int | None:
        """How much of it is done, 0 to 100; None while nobody can say."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else None
