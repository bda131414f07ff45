from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User

from .. import attendance
from .cohorts import Session
from .enrolments import Enrolment


class Kind(models.TextChoices):
    PRESENT = "present", pgettext_lazy("attendance", "Present")
    LATE = "late", pgettext_lazy("attendance", "Late")
    LEFT_EARLY = "left_early", pgettext_lazy("attendance", "Left early")
    EXCUSED = "excused", pgettext_lazy("attendance", "Excused")
    ABSENT = "absent", pgettext_lazy("attendance", "Absent")


class Flag(models.TextChoices):
    """What somebody should look at; never a reason to refuse a mark."""

    CLOCK = "clock", pgettext_lazy("attendance", "The device's clock was outside the session")
    SHARED_DEVICE = "shared_device", pgettext_lazy("attendance", "The same device as another person")
    NOT_HOLDER = "not_holder", pgettext_lazy("attendance", "Had no seat any more when the mark arrived")
    OTHER_ROSTER = "other_roster", pgettext_lazy("attendance", "From a roster of another person or of long ago")


PARTIAL_HAS_MINUTES = Q(kind__in=attendance.PARTIAL, minutes_present__isnull=False) | (
    ~Q(kind__in=attendance.PARTIAL) & Q(minutes_present__isnull=True)
)


class MarkQuerySet(models.QuerySet["AttendanceMark"]):
    def effective(self):
        """For each learner and session the one mark that counts (A-2), by the database."""
        rank = Case(
            *(When(source=source, then=Value(rank)) for source, rank in attendance.RANKS.items()),
            output_field=IntegerField(),
        )
        return self.order_by("enrolment_id", "session_id", rank.desc(), "-received_at", "-pk").distinct(
            "enrolment_id", "session_id"
        )


class AttendanceMark(models.Model):
    """One thing that was said of somebody's attendance; only ever added to (A-1)."""

    class Source(models.TextChoices):
        QR = "qr", pgettext_lazy("attendance", "Code on the screen")
        DEVICE = "device", pgettext_lazy("attendance", "Trainer's device, without network")
        TRAINER = "trainer", pgettext_lazy("attendance", "Trainer")
        IMPORT = "import", pgettext_lazy("attendance", "Imported table")
        CORRECTION = "correction", pgettext_lazy("attendance", "Correction")
        SYSTEM = "system", pgettext_lazy("attendance", "The portal, 48 hours after the session")

    session = models.ForeignKey(Session, models.PROTECT, related_name="marks")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="marks")
    kind = models.CharField(_("attendance"), max_length=10, choices=Kind)
    minutes_present = models.PositiveSmallIntegerField(_("minutes present"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    # Chosen where the mark is made; a repeated upload changes nothing.
    nonce = models.CharField(max_length=64)
    device_time = models.DateTimeField(_("time of the device"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    # Nobody for what the portal fills in; for the code on the screen the learner.
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Who agreed to a correction after the session was locked.
    second = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # The one column that may change: to nothing, when the person's words are to be forgotten.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    flags = ArrayField(models.CharField(max_length=16, choices=Flag), default=list, blank=True)
    # Of the learner's device, told apart within one session only.
    device_digest = models.CharField(max_length=64, blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["session", "received_at", "pk"]
        verbose_name = _("attendance mark")
        verbose_name_plural = _("attendance marks")
        constraints = [
            models.UniqueConstraint(fields=["session", "nonce"], name="training_mark_nonce_once"),
            models.CheckConstraint(
                name="training_mark_minutes_for_part",
                condition=PARTIAL_HAS_MINUTES,
                violation_error_message=_("Late and left early need the minutes present, and only they."),
            ),
            models.CheckConstraint(
                name="training_mark_by_someone",
                condition=Q(source="system", actor__isnull=True) | (~Q(source="system") & Q(actor__isnull=False)),
            ),
            models.CheckConstraint(
                name="training_mark_second_is_another",
                condition=Q(second__isnull=True) | (Q(source="correction") & ~Q(second=F("actor"))),
            ),
        ]
        indexes = [
            models.Index(fields=["enrolment", "session"], name="training_mark_learner"),
            models.Index(
                fields=["session", "device_digest"], condition=~Q(device_digest=""), name="training_mark_device"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.get_kind_display()}"

    def as_counted(self) -> attendance.Mark:
        return attendance.Mark(self.kind, self.source, self.received_at, self.pk, self.minutes_present)

    @property
    def flag_words(self) -> list:
        return [Flag(flag).label for flag in self.flags]


class UnlistedAttendee(models.Model):
    """Somebody in the room whom the roster did not know: listed until a person says who it was, never dropped (A-4)."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="unlisted")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("attendance"), max_length=10, choices=Kind)
    minutes_present = models.PositiveSmallIntegerField(_("minutes present"), null=True, blank=True)
    nonce = models.CharField(max_length=64)
    device_time = models.DateTimeField(_("time of the device"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    flags = ArrayField(models.CharField(max_length=16, choices=Flag), default=list, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Who it was; empty where it was nobody of this cohort.
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["session", "received_at", "pk"]
        verbose_name = _("person not on the roster")
        verbose_name_plural = _("people not on the roster")
        constraints = [
            models.UniqueConstraint(fields=["session", "nonce"], name="training_unlisted_nonce_once"),
            models.CheckConstraint(name="training_unlisted_minutes_for_part", condition=PARTIAL_HAS_MINUTES),
            models.CheckConstraint(
                name="training_unlisted_settled_by_someone",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, enrolment__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def flag_words(self) -> list:
        return [Flag(flag).label for flag in self.flags]


class AttendanceChange(models.Model):
    """A change to a locked session that waits for a second person (A-2)."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("attendance change", "Waits for a second person")
        CONFIRMED = "confirmed", pgettext_lazy("attendance change", "Confirmed")
        REFUSED = "refused", pgettext_lazy("attendance change", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("attendance change", "Withdrawn")

    session = models.ForeignKey(Session, models.PROTECT, related_name="changes")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendance_changes")
    kind = models.CharField(_("attendance"), max_length=10, choices=Kind)
    minutes_present = models.PositiveSmallIntegerField(_("minutes present"), null=True, blank=True)
    # Of the mark from which it comes, for what a device uploaded after the lock; else made here.
    nonce = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    device_time = models.DateTimeField(_("time of the device"), null=True, blank=True)
    flags = ArrayField(models.CharField(max_length=16, choices=Flag), default=list, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("change of attendance")
        verbose_name_plural = _("changes of attendance")
        constraints = [
            models.UniqueConstraint(fields=["session", "nonce"], name="training_change_nonce_once"),
            models.CheckConstraint(name="training_change_minutes_for_part", condition=PARTIAL_HAS_MINUTES),
            models.CheckConstraint(
                name="training_change_decided_by_another",
                condition=~Q(state="confirmed")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.get_kind_display()}"
