import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from training.models.cohorts import TimeSpan

from .interests import Interest
from .projects import Project


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def free(self, now):
        """Slots that can be asked for: ahead of us, and their host is not booked then."""
        booked = MeetingSeat.objects.filter(
            person=OuterRef("host"),
            is_booked=True,
            starts_at__lt=OuterRef("ends_at"),
            ends_at__gt=OuterRef("starts_at"),
        )
        return self.filter(~Exists(booked), state=Meeting.State.OFFERED, starts_at__gt=now)

    def owing_outcome(self, now):
        """Confirmed meetings that are over; what came of them is not recorded yet."""
        return self.filter(state=Meeting.State.CONFIRMED, ends_at__lt=now)

    def late(self, now):
        """Those whose outcome is overdue."""
        return self.filter(state=Meeting.State.CONFIRMED, outcome_due_at__lt=now)


class Meeting(models.Model):
    """A time that the parks offer to investors in dialogue, and the meeting that comes of it (spec 3.11)."""

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("meeting", "Offered")
        REQUESTED = "requested", pgettext_lazy("meeting", "Requested")
        CONFIRMED = "confirmed", pgettext_lazy("meeting", "Confirmed")
        HELD = "held", pgettext_lazy("meeting", "Held")
        NO_SHOW = "no_show", pgettext_lazy("meeting", "Somebody did not come")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")

    class Language(models.TextChoices):
        ZH = "zh", pgettext_lazy("meeting", "Chinese")
        EN = "en", pgettext_lazy("meeting", "English")
        BOTH = "both", pgettext_lazy("meeting", "Chinese and English")

    class Outcome(models.TextChoices):
        GOES_ON = "goes_on", pgettext_lazy("meeting", "Talks go on")
        DOCUMENTS = "documents", pgettext_lazy("meeting", "Documents follow")
        AGAIN = "again", pgettext_lazy("meeting", "To meet again")
        NOTHING = "nothing", pgettext_lazy("meeting", "Nothing comes of it")

    # These keep the time of both people.
    BOOKED_STATES = (State.REQUESTED, State.CONFIRMED, State.HELD, State.NO_SHOW)

    # Its address, and its name in calendars: a number in a row would tell investors of one another (6.53).
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="meetings")
    # None while it is only offered.
    interest = models.ForeignKey(Interest, models.PROTECT, null=True, blank=True, related_name="meetings")
    host = models.ForeignKey(User, models.PROTECT, related_name="meetings_hosted", verbose_name=_("for the parks"))
    guest = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings_visited",
        verbose_name=_("for the investor"),
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OFFERED)
    state_reason = models.CharField(_("reason in words"), max_length=600, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link"), blank=True)
    language = models.CharField(_("language"), max_length=4, choices=Language, default=Language.ZH)
    topic = models.CharField(pgettext_lazy("meeting", "what it is about"), max_length=300, blank=True)
    outcome_code = models.CharField(_("what came of it"), max_length=9, choices=Outcome, blank=True)
    outcome = models.TextField(_("outcome in words"), max_length=3000, blank=True)
    outcome_due_at = models.DateTimeField(_("outcome due"), null=True, blank=True)
    outcome_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome_at = models.DateTimeField(_("outcome recorded"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    requested_at = models.DateTimeField(_("requested"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Grows with each change after the confirmation; calendars show the newest (RFC 5545 SEQUENCE).
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("meeting with an investor")
        verbose_name_plural = _("meetings with investors")
        constraints = [
            models.CheckConstraint(
                name="investment_meeting_times_in_order",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A meeting ends after it begins."),
            ),
            models.CheckConstraint(
                name="investment_meeting_has_a_place",
                condition=~Q(place="") | ~Q(link=""),
                violation_error_message=_("A meeting needs a place or a link."),
            ),
            models.CheckConstraint(
                name="investment_meeting_asked_by_somebody",
                condition=~Q(state__in=["requested", "confirmed", "held", "no_show"])
                | Q(interest__isnull=False, guest__isnull=False, requested_at__isnull=False),
            ),
            models.CheckConstraint(
                name="investment_meeting_offered_is_nobodys",
                condition=~Q(state="offered") | Q(interest__isnull=True, guest__isnull=True),
            ),
            models.CheckConstraint(
                name="investment_meeting_confirmed_with_clock",
                condition=~Q(state__in=["confirmed", "held", "no_show"])
                | Q(confirmed_at__isnull=False, outcome_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="investment_meeting_held_with_outcome",
                condition=~Q(state="held") | (~Q(outcome="") & ~Q(outcome_code="") & Q(outcome_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["project", "starts_at"], name="investment_meeting_when"),
            models.Index(fields=["state", "outcome_due_at"], name="investment_meeting_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def was_confirmed(self) -> bool:
        """Whether an invitation went out, which a cancellation must take back."""
        return self.confirmed_at is not None

    @property
    def owes_outcome(self) -> bool:
        return self.state == self.State.CONFIRMED and self.ends_at < timezone.now()

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


class MeetingSeat(models.Model):
    """One person's time in one meeting, between two sides or at a promotion event.

    Nobody sits in two at once, host or guest: by exclusion in the database.
    """

    class Side(models.TextChoices):
        HOST = "host", pgettext_lazy("meeting", "For the parks")
        GUEST = "guest", pgettext_lazy("meeting", "For the investor")

    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, related_name="seats")
    event_meeting = models.ForeignKey(
        "investment.EventMeeting", models.CASCADE, null=True, blank=True, related_name="seats"
    )
    person = models.ForeignKey(User, models.PROTECT, related_name="meeting_seats")
    side = models.CharField(max_length=5, choices=Side)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_booked = models.BooleanField(default=True)

    class Meta:
        ordering = ["starts_at", "side", "pk"]
        verbose_name = _("time in a meeting")
        verbose_name_plural = _("times in meetings")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side"], name="investment_meeting_seat_once"),
            models.UniqueConstraint(fields=["event_meeting", "side"], name="investment_event_meeting_seat_once"),
            models.CheckConstraint(
                name="investment_meeting_seat_of_one_meeting",
                condition=Q(meeting__isnull=False, event_meeting__isnull=True)
                | Q(meeting__isnull=True, event_meeting__isnull=False),
            ),
            ExclusionConstraint(
                name="investment_meeting_person_in_one",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (TimeSpan("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_booked=True),
                violation_error_message=_("This person has another meeting at this time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting or self.event_meeting} · {self.get_side_display()}"
