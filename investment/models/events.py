import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual

from .investors import Investor
from .meetings import Meeting
from .projects import Project


class PromotionEvent(models.Model):
    """A day on which projects and investors meet one to one, by a timetable made from their requests (issue 5)."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("promotion event", "Draft")
        OPEN = "open", pgettext_lazy("promotion event", "Takes requests")
        PLANNED = "planned", pgettext_lazy("promotion event", "Timetable is out")
        CLOSED = "closed", pgettext_lazy("promotion event", "Results collected")
        CANCELLED = "cancelled", pgettext_lazy("promotion event", "Cancelled")

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120)
    place = models.CharField(_("place"), max_length=200)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    state_reason = models.CharField(_("reason in words"), max_length=600, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes of each meeting"))
    times = models.PositiveSmallIntegerField(_("times one after another"))
    tables = models.PositiveSmallIntegerField(_("tables"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    title = Bilingual("title")

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("promotion event")
        verbose_name_plural = _("promotion events")
        constraints = [
            models.CheckConstraint(
                name="investment_event_has_times",
                condition=Q(minutes__gte=10, minutes__lte=120, times__gte=1, times__lte=40, tables__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def starts_of(self, time: int) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes * time)

    @property
    def ends_at(self) -> datetime:
        return self.starts_of(self.times)


class _Part(models.Model):
    """Somebody takes part, in person; not in the times of `away`."""

    away = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @property
    def away_at(self) -> list[datetime]:
        """When those times begin."""
        event: PromotionEvent = self.event  # type: ignore[attr-defined]
        return [event.starts_of(time) for time in self.away]


class EventProject(_Part):
    """A project that takes part, and who receives investors for it."""

    event = models.ForeignKey(PromotionEvent, models.PROTECT, related_name="projects")
    project = models.ForeignKey(Project, models.PROTECT, related_name="event_parts")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["event", "joined_at", "pk"]
        verbose_name = _("project at a promotion event")
        verbose_name_plural = _("projects at promotion events")
        constraints = [
            models.UniqueConstraint(fields=["event", "project"], name="investment_event_project_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.event}"


class EventInvestor(_Part):
    """An investor that takes part, and who comes for it."""

    event = models.ForeignKey(PromotionEvent, models.PROTECT, related_name="investors")
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="event_parts")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["event", "joined_at", "pk"]
        verbose_name = _("investor at a promotion event")
        verbose_name_plural = _("investors at promotion events")
        constraints = [
            models.UniqueConstraint(fields=["event", "investor"], name="investment_event_investor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.investor.organisation} · {self.event}"


class EventWish(models.Model):
    """A request for a one-to-one meeting, of one side or of both."""

    project = models.ForeignKey(EventProject, models.CASCADE, related_name="wishes")
    investor = models.ForeignKey(EventInvestor, models.CASCADE, related_name="wishes")
    by_project = models.BooleanField(default=False)
    by_investor = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request for a meeting at an event")
        verbose_name_plural = _("requests for meetings at events")
        constraints = [
            models.UniqueConstraint(fields=["project", "investor"], name="investment_event_wish_once"),
            models.CheckConstraint(
                name="investment_event_wish_of_somebody", condition=Q(by_project=True) | Q(by_investor=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.investor_id}"


class EventMeeting(models.Model):
    """A meeting of the timetable, and what came of it. Nobody sits at two tables at once."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("event meeting", "Planned")
        HELD = "held", pgettext_lazy("event meeting", "Held")
        NO_SHOW = "no_show", pgettext_lazy("event meeting", "Somebody did not come")

    event = models.ForeignKey(PromotionEvent, models.PROTECT, related_name="meetings")
    project = models.ForeignKey(EventProject, models.PROTECT, related_name="meetings")
    investor = models.ForeignKey(EventInvestor, models.PROTECT, related_name="meetings")
    host = models.ForeignKey(User, models.PROTECT, related_name="+")
    guest = models.ForeignKey(User, models.PROTECT, related_name="+")
    time = models.PositiveSmallIntegerField()
    table = models.PositiveSmallIntegerField()
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PLANNED)
    outcome_code = models.CharField(_("what came of it"), max_length=9, choices=Meeting.Outcome, blank=True)
    outcome = models.TextField(_("outcome in words"), max_length=3000, blank=True)
    outcome_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome_at = models.DateTimeField(_("outcome recorded"), null=True, blank=True)

    class Meta:
        ordering = ["event", "time", "table"]
        verbose_name = _("meeting at a promotion event")
        verbose_name_plural = _("meetings at promotion events")
        constraints = [
            models.UniqueConstraint(fields=["event", "time", "table"], name="investment_event_table_once"),
            models.UniqueConstraint(fields=["event", "time", "host"], name="investment_event_host_once"),
            models.UniqueConstraint(fields=["event", "time", "guest"], name="investment_event_guest_once"),
            models.UniqueConstraint(fields=["project", "investor"], name="investment_event_pair_once"),
            models.CheckConstraint(
                name="investment_event_result_is_whole",
                condition=Q(state="planned") | (Q(outcome_at__isnull=False, outcome_by__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.time + 1}/{self.table + 1}"

    @property
    def starts_at(self) -> datetime:
        return self.event.starts_of(self.time)

    @property
    def ends_at(self) -> datetime:
        return self.event.starts_of(self.time + 1)
