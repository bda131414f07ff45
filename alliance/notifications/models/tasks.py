"""Work that waits for somebody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Duty, Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, duties_of

from .. import kinds


def permission_choices() -> list[tuple[str, str]]:
    """Asked when needed, so that a new permission changes no table."""
    return [(permission.value, permission.name) for permission in Permission]


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self):
        return self.filter(state=Task.State.OPEN)

    def done(self):
        return self.filter(state=Task.State.DONE)

    def for_duties(self, duties: Iterable[Duty]):
        """Tasks at the organisations of these duties which their roles allow to do."""
        reach = Q(pk__in=[])
        for duty in duties:
            reach |= Q(organisation=duty.organisation_id, permission__in=sorted(duty.role.permissions))
        return self.filter(reach)

    def waiting_for(self, person: Person):
        """What this person could do now, in any of their duties or standing in for somebody who is away.

        A task that somebody else has taken does not wait for them, unless they stand in for that person.
        """
        if person is None or not person.is_authenticated:
            return self.none()
        duties = duties_of(person)
        mine = self.open().for_duties(duty for duty in duties if duty.person_id == person.pk)
        waiting = Q(pk__in=mine.filter(Q(owner=None) | Q(owner=person.pk)).values("pk"))
        for duty in duties:
            if duty.person_id != person.pk:
                taken = Q(owner=None) | Q(owner__in=[person.pk, duty.person_id])
                waiting |= Q(pk__in=self.open().for_duties([duty]).filter(taken).values("pk"))
        return self.filter(waiting).by_urgency()

    def office(self):
        """The work queue of the secretariat, open and done."""
        return self.filter(organisation__kind=Organisation.Kind.SECRETARIAT)

    def overdue(self, now: datetime | None = None):
        return self.open().filter(due_at__lt=now or timezone.now())

    def about(self, subject: models.Model):
        return self.filter(about_type=subject._meta.label_lower, about_id=str(subject.pk))

    def by_urgency(self):
        """What runs out first stands first; what has no clock comes last, oldest first."""
        return self.order_by(F("due_at").asc(nulls_last=True), "opened_at", "pk")


class Task(models.Model):
    """Something a person with a certain permission at an organisation has to do, until its object has moved on."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("tasks", "Open")
        DONE = "done", pgettext_lazy("tasks", "Done")

    kind = models.CharField(_("kind"), max_length=80)
    about_type = models.CharField(max_length=80)
    about_id = models.CharField(max_length=60)
    payload = models.JSONField(default=dict, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="tasks", verbose_name=_("waits for"))
    # Whose province it concerns, for the office's filter: a task about a park waits at the secretariat.
    province = models.ForeignKey("core.Division", models.PROTECT, null=True, blank=True, related_name="+")
    permission = models.CharField(max_length=24, choices=permission_choices)
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="tasks_owned", verbose_name=_("taken by")
    )
    owned_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=60, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about_type", "about_id", "organisation"],
                condition=Q(state="open"),
                name="notifications_task_open_once",
            ),
            models.CheckConstraint(
                name="notifications_task_done_with_time",
                condition=Q(state="open", done_at__isnull=True) | Q(state="done", done_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notifications_task_owner_with_time",
                condition=Q(owner__isnull=True, owned_at__isnull=True) | Q(owner__isnull=False, owned_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_at"], condition=Q(state="open"), name="notifications_task_waiting"
            ),
            models.Index(
                fields=["organisation", "-done_at"], condition=Q(state="done"), name="notifications_task_done"
            ),
            models.Index(fields=["about_type", "about_id"], name="notifications_task_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_type} {self.about_id}"

    def get_absolute_url(self) -> str:
        kind = self.declared
        return kind.url(self) if kind else ""

    @property
    def declared(self) -> kinds.TaskKind | None:
        return kinds.task_kind(self.kind)

    @property
    def facts(self) -> kinds.Facts:
        """The ids with their rows, the same object each time, so that a page's tasks are loaded together."""
        if not hasattr(self, "_facts"):
            kind = self.declared
            refs = kind.refs if kind else {}
            self._facts = kinds.facts(self.about_type, self.about_id, self.payload, refs)
        return self._facts

    @property
    def about(self) -> Any:
        """The object itself; raises `kinds.Gone` when it was removed."""
        return self.facts.about

    @property
    def title(self) -> kinds.Words:
        kind = self.declared
        return kind.title if kind else self.kind

    @property
    def subject(self) -> kinds.Words:
        """What it is about, in the reader's language."""
        kind = self.declared
        try:
            return kind.describe(self.facts) if kind and kind.describe else str(self.about)
        except kinds.Gone:
            return ""

    @property
    def outcome_in_words(self) -> kinds.Words:
        kind = self.declared
        return (kind.outcomes.get(self.outcome) if kind else None) or self.outcome

    @property
    def age_in_days(self) -> int:
        return (timezone.now() - self.opened_at).days

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due_at is not None and self.due_at < timezone.now()
