from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User

from .investors import Investor
from .projects import Project


class Interest(models.Model):
    """An investor's expression of interest in one project, and the talks that follow (spec 3.11)."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("interest", "Draft")
        SENT = "sent", pgettext_lazy("interest", "Sent")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("interest", "Acknowledged")
        UNDER_REVIEW = "under_review", pgettext_lazy("interest", "Under review")
        ACCEPTED = "accepted", pgettext_lazy("interest", "Accepted")
        DECLINED = "declined", pgettext_lazy("interest", "Declined")
        NDA_SIGNED = "nda_signed", pgettext_lazy("interest", "Confidentiality signed")
        DD_OPEN = "dd_open", pgettext_lazy("interest", "Due diligence open")
        NEGOTIATING = "negotiating", pgettext_lazy("interest", "Negotiating")
        TERM_SHEET = "term_sheet", pgettext_lazy("interest", "Term sheet")
        CLOSED_WON = "closed_won", pgettext_lazy("interest", "Agreed")
        CLOSED_LOST = "closed_lost", pgettext_lazy("interest", "Ended without agreement")
        WITHDRAWN = "withdrawn", pgettext_lazy("interest", "Withdrawn")

    CLOSED_STATES = (State.DECLINED, State.CLOSED_WON, State.CLOSED_LOST, State.WITHDRAWN)
    # The data room opens to these (D-2).
    ROOM_STATES = (State.NDA_SIGNED, State.DD_OPEN, State.NEGOTIATING, State.TERM_SHEET)

    project = models.ForeignKey(Project, models.PROTECT, related_name="interests")
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="interests")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    reason_code = models.CharField(_("reason"), max_length=20, blank=True)
    state_reason = models.CharField(_("reason in words"), max_length=600, blank=True)
    message = models.TextField(_("message"), max_length=3000, blank=True)
    amount = models.BigIntegerField(_("amount considered"), null=True, blank=True)
    # The investor says whether it shares an owner with a promoter; unsaid it may not be sent.
    shares_owner = models.BooleanField(_("shares a beneficial owner with a promoter"), null=True, blank=True)
    owner_declaration = models.CharField(_("declaration"), max_length=600, blank=True)
    is_flagged = models.BooleanField(_("flagged as self-dealing"), default=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # The promoters answer by then: five working days (spec 3.11).
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("expression of interest")
        verbose_name_plural = _("expressions of interest")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "investor"],
                condition=~Q(state__in=["declined", "closed_won", "closed_lost", "withdrawn"]),
                name="investment_interest_one_open",
                violation_error_message=_("You already have an open interest in this project."),
            ),
            models.CheckConstraint(
                name="investment_interest_sent_has_clock",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(sent_at__isnull=False, due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="investment_interest_owner_was_said",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(shares_owner__isnull=False),
            ),
            models.CheckConstraint(
                name="investment_interest_shared_owner_is_declared",
                condition=~Q(shares_owner=True) | Q(state__in=["draft", "withdrawn"]) | ~Q(owner_declaration=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="investment_interest_due")]

    def __str__(self) -> str:
        return f"{self.investor} · {self.project}"

    @property
    def is_open(self) -> bool:
        return self.state not in self.CLOSED_STATES


class Agreement(models.Model):
    """One version of the confidentiality agreement of a project's data room; frozen once in force."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="agreements")
    number = models.PositiveIntegerField(_("version"))
    text_zh = models.TextField(_("Chinese text"), max_length=20000)
    text_en = models.TextField(_("English text"), max_length=20000)
    sha256 = models.CharField(max_length=64)
    # An acceptance of it holds this long.
    valid_days = models.PositiveSmallIntegerField(_("days of validity"), default=365)
    in_force_from = models.DateTimeField(_("in force from"), default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["project", "-number"]
        verbose_name = _("confidentiality agreement")
        verbose_name_plural = _("confidentiality agreements")
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="investment_agreement_number_once")]

    def __str__(self) -> str:
        return f"{self.project} · {self.number}"


class AgreementAcceptance(models.Model):
    """An investor's signatory accepted one version of the agreement (D-3). Only added to."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="acceptances")
    sha256 = models.CharField(max_length=64)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"))

    class Meta:
        ordering = ["-accepted_at", "-pk"]
        verbose_name = _("acceptance of an agreement")
        verbose_name_plural = _("acceptances of agreements")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "investor"], name="investment_acceptance_once_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.investor} · {self.agreement}"
