from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.core.bilingual import Bilingual

from .programmes import Programme
from .skills import Competency

# Marks, weights and rates are whole basis points: 10,000 is all of it.
WHOLE = 10_000


class Curriculum(models.Model):
    """What a programme teaches, under a code that stays while its versions come and go."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="curricula")
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    # The partner that writes it; its people do not review it (V-7).
    author = models.ForeignKey(Organisation, models.PROTECT, related_name="curricula")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    title = Bilingual("title")

    class Meta:
        ordering = ["code"]
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")
        constraints = [
            models.CheckConstraint(
                name="training_curriculum_code_shape",
                condition=Q(code__regex=r"^[A-Z]{2,5}-[0-9]{3}$"),
                violation_error_message=_("A curriculum's code looks like ANI-201."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class VersionQuerySet(models.QuerySet["CurriculumVersion"]):
    def public(self):
        return self.filter(state__in=CurriculumVersion.PUBLIC_STATES)

    def open_to_cohorts(self):
        """By which a cohort is planned and opened today: the published one, and a superseded one up to the last day
        that the lead named (V-6). Where no day was named, being superseded is the end of new cohorts."""
        return self.filter(
            Q(state=CurriculumVersion.State.PUBLISHED)
            | Q(state=CurriculumVersion.State.SUPERSEDED, sunset_on__gte=timezone.localdate())
        )

    def with_content(self):
        """Everything that `canonical content` is made of, in four queries."""
        return self.select_related("curriculum", "curriculum__programme").prefetch_related(
            "units__outcomes__competencies", "units__items__outcomes"
        )


class CurriculumVersion(models.Model):
    """One version of a curriculum (rules V-1 to V-7). From `approved` on its content never changes, in the database
    itself (migration `0002_versions_never_change`)."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("curriculum version", "Draft")
        IN_REVIEW = "in_review", pgettext_lazy("curriculum version", "In review")
        APPROVED = "approved", pgettext_lazy("curriculum version", "Approved")
        PUBLISHED = "published", pgettext_lazy("curriculum version", "Published")
        SUPERSEDED = "superseded", pgettext_lazy("curriculum version", "Superseded")
        RETIRED = "retired", pgettext_lazy("curriculum version", "Retired")
        WITHDRAWN = "withdrawn", pgettext_lazy("curriculum version", "Withdrawn")

    class AttemptRule(models.TextChoices):
        BEST = "best", pgettext_lazy("attempts", "The best attempt counts")
        LAST = "last", pgettext_lazy("attempts", "The last attempt counts")

    FROZEN_STATES = (State.APPROVED, State.PUBLISHED, State.SUPERSEDED, State.RETIRED, State.WITHDRAWN)
    PUBLIC_STATES = (State.PUBLISHED, State.SUPERSEDED, State.RETIRED, State.WITHDRAWN)

    curriculum = models.ForeignKey(Curriculum, models.PROTECT, related_name="versions")
    major = models.PositiveSmallIntegerField(_("major"), default=1)
    minor = models.PositiveSmallIntegerField(_("minor"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    # Words, which a minor version may change (V-2).
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    description_zh = models.TextField(_("Chinese description"), max_length=3000, blank=True)
    description_en = models.TextField(_("English description"), max_length=3000, blank=True)
    reading_list = models.TextField(_("reading list"), max_length=3000, blank=True)
    # Requirements, whose change makes a major version (V-2).
    minutes = models.PositiveIntegerField(_("taught minutes"), default=0)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark"), default=6_000)
    attendance_minimum = models.PositiveSmallIntegerField(_("attendance minimum"), default=8_000)
    placement_minutes = models.PositiveIntegerField(_("placement minutes"), default=0)
    resits = models.PositiveSmallIntegerField(_("resits"), default=1)
    attempt_rule = models.CharField(_("which attempt counts"), max_length=4, choices=AttemptRule, default="best")
    resit_cap = models.PositiveSmallIntegerField(_("highest mark of a resit"), null=True, blank=True)
    compensates = models.BooleanField(_("a weak unit may be made good by others"), default=False)
    counts_from_enrolment = models.BooleanField(_("attendance counts from the day of enrolment"), default=False)
    recognition_most = models.PositiveSmallIntegerField(_("most credits by recognition"), default=5_000)
    validity_months = models.PositiveSmallIntegerField(_("months a certificate is valid"), null=True, blank=True)
    renewal_minutes = models.PositiveIntegerField(_("refresher minutes for a renewal"), null=True, blank=True)
    credits = models.PositiveIntegerField(_("credits, in hundredths"), default=0)
    # The content as it was frozen: canonical JSON and its SHA-256; the hash over the requirements alone (V-1, V-2).
    content = models.TextField(blank=True, editable=False)
    content_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    requirements_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    authors = models.ManyToManyField(User, related_name="+", blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    # No new cohort after this day (V-6).
    sunset_on = models.DateField(_("no new cohorts after"), null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    title = Bilingual("title")
    description = Bilingual("description")

    class Meta:
        ordering = ["curriculum", "-major", "-minor"]
        verbose_name = _("curriculum version")
        verbose_name_plural = _("curriculum versions")
        constraints = [
            models.UniqueConstraint(fields=["curriculum", "major", "minor"], name="training_version_number_once"),
            models.UniqueConstraint(
                fields=["curriculum"], condition=Q(state="published"), name="training_version_one_published"
            ),
            models.UniqueConstraint(
                fields=["curriculum"],
                condition=Q(state__in=["draft", "in_review"]),
                name="training_version_one_in_the_making",
                violation_error_message=_("A version of this curriculum is being written already."),
            ),
            models.CheckConstraint(
                name="training_version_rates_within_whole",
                condition=Q(pass_mark__lte=WHOLE, attendance_minimum__lte=WHOLE, recognition_most__lte=5_000)
                & (Q(resit_cap__isnull=True) | Q(resit_cap__lte=WHOLE)),
                violation_error_message=_("A share lies between 0 and 100 per cent; recognition between 0 and 50."),
            ),
            models.CheckConstraint(
                name="training_version_frozen_with_content",
                condition=Q(state__in=["draft", "in_review"])
                | (~Q(content="") & ~Q(content_sha256="") & ~Q(requirements_sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.curriculum.code} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("training:version_detail", args=[self.curriculum.code, self.number])

    @property
    def number(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def is_frozen(self) -> bool:
        return self.state in self.FROZEN_STATES


class Unit(models.Model):
    """One unit of a version: its hours, its weight in the total, and the mark that passes it."""

    version = models.ForeignKey(CurriculumVersion, models.CASCADE, related_name="units")
    code = models.CharField(_("code"), max_length=12)
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    minutes = models.PositiveIntegerField(_("taught minutes"), default=0)
    weight = models.PositiveSmallIntegerField(_("weight"), default=0)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark"), default=6_000)
    credits = models.PositiveIntegerField(_("credits, in hundredths"), default=0)
    is_mandatory = models.BooleanField(_("must be passed"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    title = Bilingual("title")

    class Meta:
        ordering = ["version", "position", "pk"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"],
                name="training_unit_code_once",
                violation_error_message=_("Two units cannot have the same code."),
            ),
            models.CheckConstraint(
                name="training_unit_shares_within_whole", condition=Q(weight__lte=WHOLE, pass_mark__lte=WHOLE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Outcome(models.Model):
    """What a trainee can do after a unit."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="outcomes")
    code = models.CharField(_("code"), max_length=12)
    text_zh = models.CharField(_("Chinese text"), max_length=300)
    text_en = models.CharField(_("English text"), max_length=400, blank=True)
    is_mandatory = models.BooleanField(_("must be assessed"), default=True)
    competencies = models.ManyToManyField(Competency, related_name="outcomes", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    text = Bilingual("text")

    class Meta:
        ordering = ["unit", "position", "pk"]
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["unit", "code"], name="training_outcome_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class AssessmentItem(models.Model):
    """Something that is marked within a unit; it covers outcomes. The weights of a unit's items make a whole."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="items")
    code = models.CharField(_("code"), max_length=12)
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight in the unit"), default=WHOLE)
    # Counts for the result; a formative item is practice with feedback.
    is_summative = models.BooleanField(_("counts for the result"), default=True)
    outcomes = models.ManyToManyField(Outcome, related_name="items", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    title = Bilingual("title")

    class Meta:
        ordering = ["unit", "position", "pk"]
        verbose_name = _("assessment item")
        verbose_name_plural = _("assessment items")
        constraints = [
            models.UniqueConstraint(fields=["unit", "code"], name="training_item_code_once"),
            models.CheckConstraint(name="training_item_weight_within_whole", condition=Q(weight__lte=WHOLE)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class ReviewAsk(models.Model):
    """A park that was asked to review a version (V-7)."""

    version = models.ForeignKey(CurriculumVersion, models.CASCADE, related_name="asks")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["version", "pk"]
        verbose_name = _("request for a review")
        verbose_name_plural = _("requests for reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "organisation"],
                name="training_ask_once_each",
                violation_error_message=_("This park was asked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.organisation}"


class VersionReview(models.Model):
    """What a reviewer of another park says of one content, by its hash (V-7)."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", pgettext_lazy("review", "Approve")
        CHANGE = "change", pgettext_lazy("review", "Ask for changes")

    version = models.ForeignKey(CurriculumVersion, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    verdict = models.CharField(_("verdict"), max_length=7, choices=Verdict)
    comment = models.TextField(_("comment"), max_length=3000, blank=True)
    content_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("review of a version")
        verbose_name_plural = _("reviews of versions")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "reviewer", "content_sha256"], name="training_review_one_for_each_content"
            ),
            models.CheckConstraint(
                name="training_review_change_says_what",
                condition=~Q(verdict="change") | ~Q(comment=""),
                violation_error_message=_("Please say what should change."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.reviewer} · {self.get_verdict_display()}"


class UnitMap(models.Model):
    """For a learner's transfer to another version: which old unit counts as which new one, or as none (V-5)."""

    old = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    new_version = models.ForeignKey(CurriculumVersion, models.PROTECT, related_name="unit_maps")
    new = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new_version"], name="training_unitmap_once"),
            models.CheckConstraint(
                name="training_unitmap_between_two", condition=Q(new__isnull=True) | ~Q(new=F("old"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new or '–'}"
