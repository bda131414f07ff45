from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual
from alliance.core.models import Division
from parks.models import FieldOfWork, Park

# Shares are basis points of one whole (J-2).
WHOLE = 10_000

# Provinces without the national approval platform: Taiwan, Hong Kong, Macao (GB/T 2260).
OFF_MAINLAND = ("710000", "810000", "820000")


class ProjectQuerySet(models.QuerySet["Project"]):
    def public(self):
        """What visitors find: published once, and not withdrawn."""
        return self.filter(state__in=Project.PUBLIC_STATES)

    def of_parks(self, parks):
        """Those that one of these parks promotes, or is asked to."""
        return self.filter(pk__in=ProjectParty.objects.current().filter(park__in=parks).values("project"))


class Project(models.Model):
    """A joint investment project of at least two parks (spec 3.11; J-1 to J-5).

    Its columns say what the version in force says, the one all parks have signed; what is being written stands in a
    `ProjectVersion`. Money is in fen (CNY).
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("project", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("project", "Submitted")
        IN_REVIEW = "in_review", pgettext_lazy("project", "In review")
        RETURNED = "returned", pgettext_lazy("project", "Returned")
        REJECTED = "rejected", pgettext_lazy("project", "Not admitted")
        ADMITTED = "admitted", pgettext_lazy("project", "Admitted")
        PUBLISHED = "published", pgettext_lazy("project", "Published")
        ON_HOLD = "on_hold", pgettext_lazy("project", "On hold")
        EXPIRED = "expired", pgettext_lazy("project", "Expired")
        IN_DIALOGUE = "in_dialogue", pgettext_lazy("project", "In dialogue")
        DUE_DILIGENCE = "due_diligence", pgettext_lazy("project", "Due diligence")
        IC_REVIEW = "ic_review", pgettext_lazy("project", "Before the investment committee")
        FINANCING_AGREED = "financing_agreed", pgettext_lazy("project", "Financing agreed")
        IMPLEMENTATION = "implementation", pgettext_lazy("project", "Being carried out")
        OPERATION = "operation", pgettext_lazy("project", "In operation")
        COMPLETED = "completed", pgettext_lazy("project", "Completed")
        WITHDRAWN = "withdrawn", pgettext_lazy("project", "Withdrawn")
        CANCELLED = "cancelled", pgettext_lazy("project", "Cancelled")

    # Before its admission a project can be written without anybody's asking.
    WRITTEN_STATES = (State.DRAFT, State.RETURNED)
    # Investors may express interest and talk.
    OPEN_STATES = (State.PUBLISHED, State.IN_DIALOGUE, State.DUE_DILIGENCE, State.IC_REVIEW)
    # The data room is open to investors (D-1).
    ROOM_STATES = (State.IN_DIALOGUE, State.DUE_DILIGENCE, State.IC_REVIEW)
    AGREED_STATES = (State.FINANCING_AGREED, State.IMPLEMENTATION, State.OPERATION, State.COMPLETED)
    # Failures are published too; what was withdrawn is not.
    PUBLIC_STATES = (*OPEN_STATES, State.ON_HOLD, State.EXPIRED, *AGREED_STATES, State.CANCELLED)
    ENDED_STATES = (State.REJECTED, State.WITHDRAWN, State.CANCELLED, State.COMPLETED)

    class Kind(models.TextChoices):
        CONSTRUCTION = "construction", pgettext_lazy("project", "Building or conversion")
        EQUIPMENT = "equipment", pgettext_lazy("project", "Equipment and technology")
        PLATFORM = "platform", pgettext_lazy("project", "Shared service platform")
        CONTENT = "content", pgettext_lazy("project", "Content and IP")
        OPERATION = "operation", pgettext_lazy("project", "Operation and brand")

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.DRAFT)
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    summary_zh = models.CharField(_("Chinese summary"), max_length=300, blank=True)
    summary_en = models.CharField(_("English summary"), max_length=400, blank=True)
    field = models.ForeignKey(
        FieldOfWork, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("field of work")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    province = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("province")
    )
    city = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("city"))
    need = models.BigIntegerField(_("capital sought"), null=True, blank=True)
    cost = models.BigIntegerField(_("total cost"), null=True, blank=True)
    starts_on = models.DateField(_("expected start"), null=True, blank=True)
    version = models.ForeignKey(
        "ProjectVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("version in force")
    )
    # Of the national approval platform (J-4, A16); asked before work on a building in mainland China begins.
    project_code = models.CharField(_("national project code"), max_length=24, blank=True)
    # Made for the sample run, and said so wherever it is shown.
    is_sample = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    # News of it: published, a version in force, an update. After 180 days without any it expires.
    news_at = models.DateTimeField(_("last news"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProjectQuerySet.as_manager()

    title = Bilingual("title")
    summary = Bilingual("summary")

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("joint project")
        verbose_name_plural = _("joint projects")
        constraints = [
            models.CheckConstraint(
                name="investment_project_public_is_signed",
                condition=Q(state__in=["draft", "returned", "withdrawn", "rejected"]) | Q(version__isnull=False),
            ),
            models.CheckConstraint(
                name="investment_project_public_was_published",
                condition=~Q(
                    state__in=[
                        "published",
                        "on_hold",
                        "expired",
                        "in_dialogue",
                        "due_diligence",
                        "ic_review",
                        "financing_agreed",
                        "implementation",
                        "operation",
                        "completed",
                        "cancelled",
                    ]
                )
                | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="investment_project_money_is_positive",
                condition=(Q(need__isnull=True) | Q(need__gt=0)) & (Q(cost__isnull=True) | Q(cost__gte=F("need"))),
            ),
            models.CheckConstraint(
                name="investment_project_code_form",
                condition=Q(project_code="") | Q(project_code__regex=r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$"),
                violation_error_message=_("A project code reads like 2026-330200-87-01-123456."),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at"], name="investment_project_state"),
            models.Index(fields=["province"], name="investment_project_province"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("investment:project_detail", args=[self.slug])

    @property
    def is_rewritable(self) -> bool:
        """Whether its next version can be begun, and parks asked: not while the desk decides, nor after its end."""
        return self.state not in (*self.ENDED_STATES, self.State.SUBMITTED, self.State.IN_REVIEW)

    @property
    def needs_code(self) -> bool:
        """J-4: whether it builds in mainland China, where work begins with a code of the national platform."""
        return self.kind == self.Kind.CONSTRUCTION and self.province_id not in OFF_MAINLAND

    @property
    def is_public(self) -> bool:
        return self.state in self.PUBLIC_STATES

    @property
    def public_state(self) -> str:
        """The state as others than promoters and council see it: what a committee has before it is nobody's business
        until it has decided (J-3)."""
        return self.State.DUE_DILIGENCE if self.state == self.State.IC_REVIEW else self.state

    def get_public_state_display(self) -> str:
        return str(self.State(self.public_state).label)


class PartyQuerySet(models.QuerySet["ProjectParty"]):
    def current(self):
        return self.filter(until_at__isnull=True)


class ProjectParty(models.Model):
    """A park that promotes a project. Its shares are those of the version in force, none before there is one."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="parties")
    park = models.ForeignKey(Park, models.PROTECT, related_name="project_parts")
    is_lead = models.BooleanField(_("leads"), default=False)
    cost_share = models.PositiveSmallIntegerField(_("share of cost"), null=True, blank=True)
    risk_share = models.PositiveSmallIntegerField(_("share of risk"), null=True, blank=True)
    benefit_share = models.PositiveSmallIntegerField(_("share of benefit"), null=True, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    since_at = models.DateTimeField(_("since"), default=timezone.now)
    # Its own word that it goes; from then on the others may write a version without it.
    leaving_at = models.DateTimeField(_("wants to leave since"), null=True, blank=True)
    until_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-is_lead", "pk"]
        verbose_name = _("promoting park")
        verbose_name_plural = _("promoting parks")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "park"],
                condition=Q(until_at__isnull=True),
                name="investment_party_once",
                violation_error_message=_("This park is there already."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(is_lead=True, until_at__isnull=True),
                name="investment_party_one_lead",
                violation_error_message=_("A project has one lead."),
            ),
            models.CheckConstraint(
                name="investment_party_shares_of_a_whole",
                condition=(
                    Q(cost_share__isnull=True, risk_share__isnull=True, benefit_share__isnull=True)
                    | Q(cost_share__lte=WHOLE, risk_share__lte=WHOLE, benefit_share__lte=WHOLE)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.park} · {self.project}"


class ProjectStep(models.Model):
    """Each step of a project, only added to: what the pipeline counts time by."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="steps")
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16, choices=Project.State)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["project", "at", "pk"]
        verbose_name = _("step of a project")
        verbose_name_plural = _("steps of projects")
        indexes = [models.Index(fields=["to_state", "at"], name="investment_step_state")]

    def __str__(self) -> str:
        return f"{self.project} · {self.get_to_state_display()}"
