from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.core.bilingual import Bilingual
from parks.models import Park

from .curricula import CurriculumVersion, Unit


def secret() -> str:
    """For addresses that are their own key: 190 random bits."""
    return get_random_string(32)


class CohortQuerySet(models.QuerySet["Cohort"]):
    def public(self):
        """What visitors may know of: planned ones once they enrol."""
        return self.filter(
            state__in=Cohort.PUBLIC_STATES,
            version__curriculum__programme__state__in=("running", "suspended", "closing", "archived"),
        )


class Cohort(models.Model):
    """People who learn together, to one pinned version of a curriculum (rules C-1 to C-5, V-5)."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("cohort", "Planned")
        ENROLLING = "enrolling", pgettext_lazy("cohort", "Enrolling")
        CONFIRMED = "confirmed", pgettext_lazy("cohort", "Confirmed")
        RUNNING = "running", pgettext_lazy("cohort", "Running")
        GRADING = "grading", pgettext_lazy("cohort", "Grading")
        COMPLETED = "completed", pgettext_lazy("cohort", "Completed")
        ARCHIVED = "archived", pgettext_lazy("cohort", "Archived")
        CANCELLED = "cancelled", pgettext_lazy("cohort", "Cancelled")
        ABORTED = "aborted", pgettext_lazy("cohort", "Broken off")

    class Allocation(models.TextChoices):
        ROLLING = "rolling", pgettext_lazy("allocation", "Rolling: a seat at approval")
        BATCH = "batch", pgettext_lazy("allocation", "Batch: seats when the window closes")

    PUBLIC_STATES = (State.ENROLLING, State.CONFIRMED, State.RUNNING, State.GRADING, State.COMPLETED, State.ARCHIVED)
    BEFORE_RUNNING = (State.PLANNED, State.ENROLLING, State.CONFIRMED)

    version = models.ForeignKey(CurriculumVersion, models.PROTECT, related_name="cohorts")
    code = models.SlugField(_("code"), max_length=30, unique=True)
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="cohorts_hosted", verbose_name=_("host"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PLANNED)
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    allocation = models.CharField(_("allocation"), max_length=7, choices=Allocation, default=Allocation.ROLLING)
    # C-1: capacity is the sum of the parks' quotas and of the shared seats; all set before enrolling.
    shared = models.PositiveIntegerField(_("shared seats"), default=0)
    capacity = models.PositiveIntegerField(_("seats in all"), default=0)
    min_size = models.PositiveIntegerField(_("smallest size"), default=1)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    enrol_from = models.DateTimeField(_("enrolment opens"))
    enrol_until = models.DateTimeField(_("enrolment closes"))
    # Unused quotas serve anyone from here on (E-8).
    release_at = models.DateTimeField(_("unused quotas are released"), null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)  # the one run of `batch` (C-3)
    seat_freeze_at = models.DateTimeField(_("a withdrawal frees no seat after"), null=True, blank=True)  # E-10
    offer_hours = models.PositiveSmallIntegerField(_("hours an offer stands"), default=48)
    # The last queue number given (E-2); it never goes back.
    seq = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CohortQuerySet.as_manager()

    title = Bilingual("title")

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [
            models.CheckConstraint(
                name="training_cohort_times_in_order",
                condition=Q(
                    enrol_until__gt=F("enrol_from"), starts_at__gte=F("enrol_until"), ends_at__gt=F("starts_at")
                ),
                violation_error_message=_(
                    "The times follow each other: enrolment opens, closes, the cohort begins, ends."
                ),
            ),
            models.CheckConstraint(
                name="training_cohort_offer_hours",
                condition=Q(offer_hours__gte=2, offer_hours__lte=336),
                violation_error_message=_("An offer stands between 2 hours and 14 days."),
            ),
            models.CheckConstraint(
                name="training_cohort_shared_within_capacity",
                condition=Q(shared__lte=F("capacity")),
                violation_error_message=_("The shared seats are part of the seats in all."),
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="training_cohort_state")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("training:cohort_detail", args=[self.code])


class ParkQuota(models.Model):
    """Seats of a cohort that are kept for one park's people (C-1)."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="quotas")
    park = models.ForeignKey(Park, models.PROTECT, related_name="training_quotas")
    seats = models.PositiveIntegerField(_("seats"), default=0)
    # Of the park's seats, those it gave to the shared pool and may take back while they are free (E-8).
    given_back = models.PositiveIntegerField(_("seats given back"), default=0, db_default=0)

    class Meta:
        ordering = ["cohort", "park__slug"]
        verbose_name = _("quota of a park")
        verbose_name_plural = _("quotas of parks")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "park"],
                name="training_quota_one_for_each_park",
                violation_error_message=_("This park already has a quota here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.park}: {self.seats}"


class Room(models.Model):
    """A place where sessions meet, at an organisation."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="rooms")
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    address_zh = models.CharField(_("Chinese address"), max_length=160, blank=True)
    address_en = models.CharField(_("English address"), max_length=200, blank=True)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)

    name = Bilingual("name")
    address = Bilingual("address")

    class Meta:
        ordering = ["organisation", "name_zh"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name_zh"], name="training_room_name_once"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class TimeSpan(Func):
    """The half-open span of a session, as the database compares it."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Session(models.Model):
    """One meeting of a cohort. No trainer and no room is in two at once (C-4), by exclusion in the database."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", pgettext_lazy("session", "Scheduled")
        OPEN = "open", pgettext_lazy("session", "Open")
        CLOSED = "closed", pgettext_lazy("session", "Closed")
        LOCKED = "locked", pgettext_lazy("session", "Locked")
        CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sessions", verbose_name=_("unit"))
    title_zh = models.CharField(_("Chinese title"), max_length=80, blank=True)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("room")
    )
    link = models.URLField(_("link"), blank=True)
    trainer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="sessions_taught", verbose_name=_("trainer")
    )
    is_required = models.BooleanField(_("required"), default=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.SCHEDULED)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Changes with each move; calendars show the newest (RFC 5545 SEQUENCE).
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    uid = models.CharField(max_length=32, default=secret, unique=True, editable=False)
    # The key of the rotating code on the screen; it never leaves the server.
    code_key = models.CharField(max_length=32, default=secret, editable=False)

    title = Bilingual("title")

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                name="training_session_times_in_order",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A session ends after it begins."),
            ),
            models.CheckConstraint(
                name="training_session_has_a_place",
                condition=Q(room__isnull=False) | ~Q(link=""),
                violation_error_message=_("A session needs a room or a link."),
            ),
            ExclusionConstraint(
                name="training_session_trainer_in_one",
                expressions=[
                    ("trainer", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state="cancelled") & Q(trainer__isnull=False),
                violation_error_message=_("The trainer teaches another session at this time."),
            ),
            ExclusionConstraint(
                name="training_session_room_in_one",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state="cancelled") & Q(room__isnull=False),
                violation_error_message=_("The room is taken by another session at this time."),
            ),
        ]
        indexes = [models.Index(fields=["cohort", "starts_at"], name="training_session_cohort")]

    def __str__(self) -> str:
        return str(self.title or self.unit.title)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60
