from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User
from parks.models import Park

from .cohorts import Cohort, ParkQuota


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def holding(self):
        """Who has a seat."""
        return self.filter(state__in=Enrolment.HOLD)

    def live(self):
        """Who is under way: asks, waits, or has a seat whose end has not come."""
        return self.filter(state__in=Enrolment.LIVE)

    def on_roster(self):
        """Who learns here: an offer that is not yet accepted does not count (A-3)."""
        return self.filter(state__in=Enrolment.ROSTER)

    def certifiable(self):
        """Whose work may lead to a certificate; as `Enrolment.is_certifiable`."""
        return self.filter(state__in=Enrolment.CERTIFIABLE).exclude(
            state=Enrolment.State.NOT_COMPLETED, cohort__state=Cohort.State.ABORTED
        )

    def waiting(self):
        """The queue, in its order (E-5)."""
        return self.filter(state=Enrolment.State.WAITLISTED).order_by("queue_no")


class Enrolment(models.Model):
    """A person's place in a cohort, from asking to the end (rules E-1 to E-12). Written by `training.seats` alone."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("enrolment", "Waiting for approval")
        WAITLISTED = "waitlisted", pgettext_lazy("enrolment", "On the waiting list")
        OFFERED = "offered", pgettext_lazy("enrolment", "Seat offered")
        ENROLLED = "enrolled", pgettext_lazy("enrolment", "Enrolled")
        ACTIVE = "active", pgettext_lazy("enrolment", "Learning")
        COMPLETED = "completed", pgettext_lazy("enrolment", "Completed")
        NOT_COMPLETED = "not_completed", pgettext_lazy("enrolment", "Not completed")
        REJECTED = "rejected", pgettext_lazy("enrolment", "Not approved")
        WITHDRAWN = "withdrawn", pgettext_lazy("enrolment", "Withdrawn")
        DECLINED = "declined", pgettext_lazy("enrolment", "Offer declined")
        LAPSED = "lapsed", pgettext_lazy("enrolment", "Offer lapsed")
        REMOVED = "removed", pgettext_lazy("enrolment", "Removed")
        TRANSFERRED = "transferred", pgettext_lazy("enrolment", "Transferred")

    class Pool(models.TextChoices):
        NONE = "", "–"
        PARK = "park", pgettext_lazy("seat", "A park's quota")
        SHARED = "shared", pgettext_lazy("seat", "Shared seats")

    class Learner(models.TextChoices):
        """What the person is besides, for the rules of placements (W-6)."""

        VOCATIONAL = "vocational", pgettext_lazy("learner", "Full-time vocational student")
        UNIVERSITY = "university", pgettext_lazy("learner", "University student")
        EMPLOYED = "employed", pgettext_lazy("learner", "Employed")
        ADULT = "adult", pgettext_lazy("learner", "Adult, not employed")

    HOLD = (State.OFFERED, State.ENROLLED, State.ACTIVE, State.COMPLETED, State.NOT_COMPLETED)
    # Who is on the roster of a session: has taken the seat, and may have ended the cohort with it.
    ROSTER = (State.ENROLLED, State.ACTIVE, State.COMPLETED, State.NOT_COMPLETED)
    # Whose work may lead to a certificate: not those who left, nor those who never began. Who did not complete
    # may reach what was missing later, by an appeal or another attempt.
    CERTIFIABLE = (State.ACTIVE, State.COMPLETED, State.NOT_COMPLETED)
    LIVE = (State.SUBMITTED, State.WAITLISTED, State.OFFERED, State.ENROLLED, State.ACTIVE)

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(User, models.PROTECT, related_name="enrolments", verbose_name=_("trainee"))
    # The home park: whose quota serves this person first.
    park = models.ForeignKey(Park, models.PROTECT, related_name="enrolments", verbose_name=_("home park"))
    learner = models.CharField(_("status of the learner"), max_length=10, choices=Learner, default=Learner.EMPLOYED)
    state = models.CharField(_("state"), max_length=13, choices=State, default=State.SUBMITTED)
    pool = models.CharField(_("seat of"), max_length=6, choices=Pool, blank=True, default="")
    # Which park's quota the seat belongs to; not always the home park's (E-4, E-8).
    quota = models.ForeignKey(ParkQuota, models.PROTECT, null=True, blank=True, related_name="holders")
    queue_no = models.PositiveIntegerField(_("queue number"))
    submitted_at = models.DateTimeField(_("asked"), default=timezone.now)
    nominated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    home_approved_at = models.DateTimeField(_("approved by the home park"), null=True, blank=True)
    home_approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    host_approved_at = models.DateTimeField(_("approved by the lead"), null=True, blank=True)
    host_approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    offered_at = models.DateTimeField(_("offered"), null=True, blank=True)
    offer_until = models.DateTimeField(_("offer stands until"), null=True, blank=True)
    enrolled_at = models.DateTimeField(_("enrolled"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=600, blank=True)
    # Somebody else's row it goes on from (V-5: transfer to another cohort or version).
    came_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["cohort", "queue_no"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=Q(state__in=["submitted", "waitlisted", "offered", "enrolled", "active"]),
                name="training_enrolment_one_live",  # I3
                violation_error_message=_("This person is already in this cohort or its queue."),
            ),
            models.UniqueConstraint(fields=["cohort", "queue_no"], name="training_enrolment_queue_no_once"),  # I5
            models.CheckConstraint(  # I6
                name="training_enrolment_pool_means_seat",
                condition=Q(state__in=["offered", "enrolled", "active", "completed", "not_completed"], pool__gt="")
                | (~Q(state__in=["offered", "enrolled", "active", "completed", "not_completed"]) & Q(pool="")),
            ),
            models.CheckConstraint(
                name="training_enrolment_park_seat_has_quota",
                condition=Q(pool="park", quota__isnull=False) | (~Q(pool="park") & Q(quota__isnull=True)),
            ),
            models.CheckConstraint(
                name="training_enrolment_offer_has_end",
                condition=~Q(state="offered") | Q(offer_until__isnull=False, offered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_enrolment_seat_was_approved",
                condition=Q(state__in=["submitted", "rejected", "withdrawn", "removed"])
                | Q(home_approved_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["cohort", "queue_no"], condition=Q(state="waitlisted"), name="training_enrolment_queue"
            ),
            models.Index(fields=["offer_until"], condition=Q(state="offered"), name="training_enrolment_offers"),
            models.Index(fields=["person", "-submitted_at"], name="training_enrolment_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.cohort.code}"

    @property
    def holds_seat(self) -> bool:
        return self.state in self.HOLD

    @property
    def is_certifiable(self) -> bool:
        """Nobody completes a cohort that was broken off; who completed before it was keeps that."""
        return self.state in self.CERTIFIABLE and not (
            self.state == self.State.NOT_COMPLETED and self.cohort.state == Cohort.State.ABORTED
        )

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE


class EnrolmentLog(models.Model):
    """Each step of an enrolment, only added to; from the first to the last they give the row as it is (I7)."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    from_state = models.CharField(max_length=13, blank=True)
    to_state = models.CharField(max_length=13, choices=Enrolment.State)
    from_pool = models.CharField(max_length=6, blank=True)
    to_pool = models.CharField(max_length=6, blank=True)
    from_quota = models.ForeignKey(ParkQuota, models.PROTECT, null=True, blank=True, related_name="+")
    to_quota = models.ForeignKey(ParkQuota, models.PROTECT, null=True, blank=True, related_name="+")
    # Why, as a code; words about a person stand on the enrolment, which can forget them, and here only as a digest.
    cause = models.CharField(max_length=24, blank=True)
    words_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["enrolment", "pk"]
        verbose_name = _("step of an enrolment")
        verbose_name_plural = _("steps of enrolments")
        constraints = [
            models.CheckConstraint(
                name="training_log_moves_something",
                condition=~Q(from_state=F("to_state"))
                | ~Q(from_pool=F("to_pool"))
                | Q(from_quota__isnull=False)
                | Q(to_quota__isnull=False)
                # The home park approved, and the lead is still to.
                | Q(cause="home_approved"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.from_state} → {self.to_state}"
