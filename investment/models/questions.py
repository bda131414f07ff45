import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual

from .interests import Interest
from .projects import Project


class QuestionRound(models.Model):
    """A round of questions on a project: asked until one moment, answered until another (D-11)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="question_rounds")
    number = models.PositiveIntegerField(_("round"))
    ask_until = models.DateTimeField(_("questions until"))
    answer_until = models.DateTimeField(_("answers until"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["project", "-number"]
        verbose_name = _("round of questions")
        verbose_name_plural = _("rounds of questions")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="investment_question_round_once"),
            models.CheckConstraint(
                name="investment_question_round_in_order", condition=Q(answer_until__gt=F("ask_until"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.number}"


class QuestionQuerySet(models.QuerySet["Question"]):
    def late(self, now):
        """Those whose clock has run out: an answer the parks owe, or a publication the desk owes."""
        return self.filter(
            Q(state=Question.State.ASKED, due_at__lt=now)
            | Q(state=Question.State.IN_MODERATION, publish_due_at__lt=now)
        )

    def published(self):
        return self.filter(state=Question.State.PUBLISHED)

    def readable(self, *, verified: bool):
        """What the page of the project shows to this sort of reader (J-5)."""
        rows = self.published()
        if verified:
            return rows.filter(audience__in=[Question.Audience.VERIFIED, Question.Audience.PUBLIC])
        return rows.filter(audience=Question.Audience.PUBLIC)


class Question(models.Model):
    """What an investor in dialogue asks about a project, and the answer of the parks (D-11).

    The investor's own words and the parks' stay within their dialogue. What others read is written anew by a moderator,
    in both languages and without a name.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("question", "Waits for the parks")
        ANSWERED = "answered", pgettext_lazy("question", "Answered in the dialogue")
        IN_MODERATION = "in_moderation", pgettext_lazy("question", "Before publication")
        PUBLISHED = "published", pgettext_lazy("question", "Published")
        REFUSED = "refused", pgettext_lazy("question", "Not answered, with a reason")
        UNANSWERED = "unanswered", pgettext_lazy("question", "Not answered in time")
        WITHDRAWN = "withdrawn", pgettext_lazy("question", "Withdrawn")

    class Audience(models.TextChoices):
        DIALOGUE = "dialogue", pgettext_lazy("question", "Everybody in dialogue on this project")
        VERIFIED = "verified", pgettext_lazy("question", "All verified investors")
        PUBLIC = "public", pgettext_lazy("question", "Everybody")

    ANSWERED_STATES = (State.ANSWERED, State.IN_MODERATION, State.PUBLISHED)

    # Its address: neither it nor the number tells investors of one another (platform spec, 6.53).
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="questions")
    interest = models.ForeignKey(Interest, models.PROTECT, related_name="questions")
    round = models.ForeignKey(QuestionRound, models.PROTECT, null=True, blank=True, related_name="questions")
    # Within its dialogue.
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=13, choices=State, default=State.ASKED)
    state_reason = models.CharField(_("reason in words"), max_length=600, blank=True)
    text = models.TextField(_("question"), max_length=3000)
    is_for_all = models.BooleanField(_("asked for publication"), default=False)
    # An answer that could change what somebody decides: all in dialogue read it, soon.
    is_material = models.BooleanField(_("material"), default=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("answer due"))
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=6000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    publish_due_at = models.DateTimeField(_("publication due"), null=True, blank=True)
    audience = models.CharField(_("who reads it"), max_length=8, choices=Audience, blank=True)
    published_question_zh = models.TextField(_("Question in Chinese"), max_length=3000, blank=True)
    published_question_en = models.TextField(_("Question in English"), max_length=3000, blank=True)
    published_answer_zh = models.TextField(_("Answer in Chinese"), max_length=6000, blank=True)
    published_answer_en = models.TextField(_("Answer in English"), max_length=6000, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    published_question = Bilingual("published_question")
    published_answer = Bilingual("published_answer")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("question of an investor")
        verbose_name_plural = _("questions of investors")
        constraints = [
            models.UniqueConstraint(fields=["interest", "number"], name="investment_question_number_once"),
            models.CheckConstraint(
                name="investment_question_answered_with_answer",
                condition=~Q(state__in=["answered", "in_moderation", "published"])
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="investment_question_material_is_published",
                condition=~Q(is_material=True, state="answered"),
            ),
            models.CheckConstraint(
                name="investment_question_moderated_with_clock",
                condition=~Q(state__in=["in_moderation", "published"]) | Q(publish_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="investment_question_published_in_both_languages",
                condition=~Q(state="published")
                | (
                    Q(published_at__isnull=False, published_by__isnull=False)
                    & ~Q(audience="")
                    & ~Q(published_question_zh="")
                    & ~Q(published_question_en="")
                    & ~Q(published_answer_zh="")
                    & ~Q(published_answer_en="")
                ),
            ),
            models.CheckConstraint(
                name="investment_question_refused_with_reason", condition=~Q(state="refused") | ~Q(state_reason="")
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="investment_question_due")]

    def __str__(self) -> str:
        # Without who asked, and without their words: it stands in notices and in the audit chain.
        return f"{self.project} · {self.number}"

    @property
    def clock_at(self):
        """The clock that runs now: of the parks, or of the desk; none else."""
        if self.state == self.State.ASKED:
            return self.due_at
        return self.publish_due_at if self.state == self.State.IN_MODERATION else None

    @property
    def is_late(self) -> bool:
        return self.clock_at is not None and self.clock_at < timezone.now()
