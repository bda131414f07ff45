"""Marks and what becomes of them: attempts, second marking, appeals, recognition, drift (rules G-1 to G-7)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User

from .cohorts import Cohort
from .curricula import WHOLE, AssessmentItem, Unit
from .enrolments import Enrolment


class Attempt(models.Model):
    """One try of a trainee at one item. A released mark never changes, in the database itself (G-5, migration
    `0003_assessment`): an appeal adds a decision that points at it."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", pgettext_lazy("attempt", "Planned")
        SUBMITTED = "submitted", pgettext_lazy("attempt", "Handed in")
        MARKED = "marked", pgettext_lazy("attempt", "Marked")
        MODERATED = "moderated", pgettext_lazy("attempt", "Checked by a second person")
        RELEASED = "released", pgettext_lazy("attempt", "Released")
        APPEALED = "appealed", pgettext_lazy("attempt", "Under appeal")
        UPHELD = "upheld", pgettext_lazy("attempt", "Upheld on appeal")
        CHANGED = "changed", pgettext_lazy("attempt", "Changed on appeal")
        FINAL = "final", pgettext_lazy("attempt", "Final")
        VOID = "void", pgettext_lazy("attempt", "Void")

    # Not yet told to the trainee; of these there is one at a time.
    UNDER_WAY = (State.SCHEDULED, State.SUBMITTED, State.MARKED, State.MODERATED)
    # What results are made of.
    COUNTING = (State.RELEASED, State.APPEALED, State.UPHELD, State.CHANGED, State.FINAL)

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    item = models.ForeignKey(AssessmentItem, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.SCHEDULED)
    scheduled_at = models.DateTimeField(_("planned"), default=timezone.now)
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    mark = models.PositiveSmallIntegerField(_("mark"), null=True, blank=True)
    feedback = models.TextField(_("feedback"), max_length=2000, blank=True)
    marker = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    marked_at = models.DateTimeField(_("marked"), null=True, blank=True)
    moderation = models.ForeignKey("Moderation", models.PROTECT, null=True, blank=True, related_name="attempts")
    moderator = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    moderated_at = models.DateTimeField(_("checked"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    appeal_until = models.DateTimeField(_("appeal possible until"), null=True, blank=True)
    final_at = models.DateTimeField(_("final"), null=True, blank=True)
    void_reason = models.CharField(_("reason"), max_length=600, blank=True)

    class Meta:
        ordering = ["enrolment", "item", "number"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item", "number"], name="training_attempt_number_once"),
            models.UniqueConstraint(
                fields=["enrolment", "item"],
                condition=Q(state__in=["scheduled", "submitted", "marked", "moderated"]),
                name="training_attempt_one_under_way",
                violation_error_message=_("An attempt at this item is under way already."),
            ),
            models.CheckConstraint(
                name="training_attempt_mark_within_whole",
                condition=Q(mark__isnull=True) | Q(mark__lte=WHOLE),
                violation_error_message=_("A mark lies between 0 and 100."),
            ),
            models.CheckConstraint(
                name="training_attempt_marked_by_someone",
                condition=Q(state__in=["scheduled", "submitted", "void"])
                | Q(mark__isnull=False, marker__isnull=False, marked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_attempt_two_people",  # G-1
                condition=Q(moderator__isnull=True) | ~Q(moderator=F("marker")),
                violation_error_message=_("Whoever marked it does not check it."),
            ),
            models.CheckConstraint(
                name="training_attempt_told_was_checked",
                condition=Q(state__in=["scheduled", "submitted", "marked", "void"]) | Q(moderated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_attempt_told_has_dates",
                condition=~Q(state__in=["released", "appealed", "upheld", "changed", "final"])
                | Q(released_at__isnull=False, released_by__isnull=False, appeal_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["item", "state"], name="training_attempt_item_state"),
            models.Index(fields=["appeal_until"], condition=Q(state="released"), name="training_attempt_to_end"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.item.code} · {self.number}"

    @property
    def is_told(self) -> bool:
        """Whether the trainee knows this mark."""
        return self.state in self.COUNTING

    @property
    def decided_mark(self) -> int | None:
        """The mark that an appeal put in the place of the released one."""
        decision = getattr(getattr(self, "appeal", None), "decision", None)
        return decision.mark if decision is not None else None


class Moderation(models.Model):
    """A second person looks at a sample of what was marked, drawn by a recorded seed (G-2); until it is closed nothing
    of it is released."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="moderations")
    item = models.ForeignKey(AssessmentItem, models.PROTECT, related_name="moderations")
    seed = models.CharField(max_length=32)
    size = models.PositiveIntegerField(_("marks"))
    drawn_at = models.DateTimeField(_("drawn"), default=timezone.now)
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-drawn_at", "-pk"]
        verbose_name = _("second marking")
        verbose_name_plural = _("second markings")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "item"],
                condition=Q(closed_at__isnull=True),
                name="training_moderation_one_open",
                violation_error_message=_("A sample of this item is being checked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort.code} · {self.item.code}"


class ModerationCheck(models.Model):
    """One mark of the sample, and what the second person says of it."""

    class Why(models.TextChoices):
        FAIL = "fail", pgettext_lazy("moderation", "Failed")
        NEAR = "near", pgettext_lazy("moderation", "Near the pass mark")
        RANDOM = "random", pgettext_lazy("moderation", "Drawn at random")

    class Verdict(models.TextChoices):
        AGREE = "agree", pgettext_lazy("moderation", "Agreed")
        CHANGE = "change", pgettext_lazy("moderation", "Look again")

    moderation = models.ForeignKey(Moderation, models.CASCADE, related_name="checks")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="checks")
    why = models.CharField(_("in the sample because"), max_length=6, choices=Why)
    verdict = models.CharField(_("verdict"), max_length=6, choices=Verdict, blank=True)
    comment = models.CharField(_("comment"), max_length=600, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["moderation", "pk"]
        verbose_name = _("check of a mark")
        verbose_name_plural = _("checks of marks")
        constraints = [
            models.UniqueConstraint(fields=["moderation", "attempt"], name="training_check_once"),
            models.CheckConstraint(
                name="training_check_change_says_why",
                condition=~Q(verdict="change") | ~Q(comment=""),
                violation_error_message=_("Please say what to look at again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} · {self.get_why_display()}"


class Appeal(models.Model):
    """A trainee asks that a released mark be looked at anew; at most once for an attempt (G-5).

    What was written stands here, where it can be forgotten; the decision itself is a row that never changes.
    """

    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="appeal")
    words = models.TextField(_("what should be looked at"), max_length=2000)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    due_at = models.DateTimeField(_("to be decided by"))
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")

    def __str__(self) -> str:
        return str(self.attempt)


class AppealDecision(models.Model):
    """What was decided about a released mark. It points at the mark, which stays as it was; only added."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("appeal", "The mark stands")
        CHANGED = "changed", pgettext_lazy("appeal", "The mark changes")

    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="decision")
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome)
    mark = models.PositiveSmallIntegerField(_("new mark"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    words_digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("decision of an appeal")
        verbose_name_plural = _("decisions of appeals")
        constraints = [
            models.CheckConstraint(
                name="training_decision_mark_if_changed",
                condition=Q(outcome="changed", mark__isnull=False, mark__lte=WHOLE)
                | Q(outcome="upheld", mark__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal}: {self.get_outcome_display()}"


class Recognition(models.Model):
    """A unit that counts as done because somebody learned it elsewhere; the awarding partner decides (G-6)."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("recognition", "Asked")
        GRANTED = "granted", pgettext_lazy("recognition", "Recognised")
        REFUSED = "refused", pgettext_lazy("recognition", "Not recognised")
        WITHDRAWN = "withdrawn", pgettext_lazy("recognition", "Withdrawn")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="recognitions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="recognitions")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ASKED)
    words = models.TextField(
        _("evidence"), max_length=2000, help_text=_("Where and when it was learned, and which papers show it.")
    )
    mark = models.PositiveSmallIntegerField(_("mark"), null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("recognition of prior learning")
        verbose_name_plural = _("recognitions of prior learning")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "unit"],
                condition=Q(state__in=["asked", "granted"]),
                name="training_recognition_one_live",
                violation_error_message=_("Recognition of this unit was asked for already."),
            ),
            models.CheckConstraint(
                name="training_recognition_granted_with_mark",
                condition=~Q(state="granted")
                | Q(mark__isnull=False, mark__lte=WHOLE, decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.unit.code}"


class LineManager(models.Model):
    """Who directs the trainee at work, as the home park or the trainee named them: no marking by them (G-1)."""

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="line_manager")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("line manager")
        verbose_name_plural = _("line managers")

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.person}"


class DriftRequest(models.Model):
    """One host's marks of a unit lie apart from the others': somebody is asked to look. No mark changes by it (G-7)."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("drift", "To be looked at")
        ANSWERED = "answered", pgettext_lazy("drift", "Looked at")

    class Measure(models.TextChoices):
        MEAN = "mean", pgettext_lazy("drift", "Mean mark")
        PASS_RATE = "pass_rate", pgettext_lazy("drift", "Pass rate")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="drift_requests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("host"))
    measure = models.CharField(_("measure"), max_length=9, choices=Measure)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    # As they were when it was noticed, in basis points.
    trainees = models.PositiveIntegerField(_("trainees"))
    value = models.PositiveIntegerField(_("here"))
    median = models.PositiveIntegerField(_("median of the hosts"))
    mad = models.PositiveIntegerField(_("median deviation"))
    raised_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("what was found"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("question about marks")
        verbose_name_plural = _("questions about marks")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "organisation", "measure"],
                condition=Q(state="asked"),
                name="training_drift_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.code} · {self.organisation} · {self.get_measure_display()}"
