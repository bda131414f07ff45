from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.core.bilingual import Bilingual

from .skills import TrainingField


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def public(self):
        """What visitors find: approved at least once and not taken back."""
        return self.filter(state__in=Programme.PUBLIC_STATES)

    def of_organisations(self, organisations):
        """Where one of these organisations is a partner, accepted or asked."""
        return self.filter(Q(partners__organisation__in=organisations, partners__until_on__isnull=True)).distinct()


class Programme(models.Model):
    """A joint programme: several parks and schools train people to one standard (rules P-1 to P-3)."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("programme", "Draft")
        IN_REVIEW = "in_review", pgettext_lazy("programme", "In review")
        APPROVED = "approved", pgettext_lazy("programme", "Approved")
        RUNNING = "running", pgettext_lazy("programme", "Running")
        SUSPENDED = "suspended", pgettext_lazy("programme", "Suspended")
        CLOSING = "closing", pgettext_lazy("programme", "Closing")
        ARCHIVED = "archived", pgettext_lazy("programme", "Archived")
        REJECTED = "rejected", pgettext_lazy("programme", "Rejected")

    PUBLIC_STATES = (State.APPROVED, State.RUNNING, State.SUSPENDED, State.CLOSING, State.ARCHIVED)

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    summary_zh = models.CharField(_("Chinese summary"), max_length=300)
    summary_en = models.CharField(_("English summary"), max_length=400, blank=True)
    description_zh = models.TextField(_("Chinese description"), max_length=6000, blank=True)
    description_en = models.TextField(_("English description"), max_length=6000, blank=True)
    field = models.ForeignKey(
        TrainingField, models.PROTECT, related_name="programmes", verbose_name=_("field of study")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    # Whether the lead park approves each trainee after the home park did (E-3).
    asks_host_approval = models.BooleanField(_("the lead park approves each trainee too"), default=False)
    # Made for the sample run, and said so wherever it is shown.
    is_sample = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProgrammeQuerySet.as_manager()

    title = Bilingual("title")
    summary = Bilingual("summary")
    description = Bilingual("description")

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                name="training_programme_public_was_approved",
                condition=~Q(state__in=["approved", "running", "suspended", "closing", "archived"])
                | Q(approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("training:programme_detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.state in self.PUBLIC_STATES


class PartnerQuerySet(models.QuerySet["ProgrammePartner"]):
    def current(self, on: date | None = None):
        on = on or timezone.localdate()
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=on), declined_at__isnull=True)

    def accepted(self, on: date | None = None):
        return self.current(on).filter(accepted_at__isnull=False)

    def in_role(self, *roles: str):
        return self.filter(role__in=roles)


class ProgrammePartner(models.Model):
    """An organisation in one role of a programme; it accepts for itself (P-1)."""

    class Role(models.TextChoices):
        LEAD = "lead", pgettext_lazy("programme partner", "Lead")
        TEACHING = "teaching", pgettext_lazy("programme partner", "Teaching")
        PLACEMENT_HOST = "placement_host", pgettext_lazy("programme partner", "Placement host")
        AWARDING = "awarding", pgettext_lazy("programme partner", "Awarding")
        SPONSOR = "sponsor", pgettext_lazy("programme partner", "Sponsor")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programme_roles")
    role = models.CharField(_("role"), max_length=14, choices=Role)
    from_on = models.DateField(_("from"), default=timezone.localdate)
    until_on = models.DateField(_("until"), null=True, blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    declined_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decline_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # An awarding body entered in the state's register may use the state's words for certificates.
    state_registration = models.CharField(_("state registration of the awarding body"), max_length=120, blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "role", "pk"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "role"],
                condition=Q(until_on__isnull=True, declined_at__isnull=True),
                name="training_partner_once_in_a_role",
                violation_error_message=_("This organisation already has this role here."),
            ),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(role="lead", until_on__isnull=True, declined_at__isnull=True),
                name="training_partner_one_lead",
                violation_error_message=_("A programme has one lead."),
            ),
            models.CheckConstraint(
                name="training_partner_accepted_by_someone",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="training_partner_accepted_or_declined",
                condition=Q(accepted_at__isnull=True) | Q(declined_at__isnull=True),
            ),
            models.CheckConstraint(
                name="training_partner_term_in_order",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                violation_error_message=_("A term cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"
