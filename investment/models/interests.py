import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual

from .investors import Investor
from .projects import Project


class InterestQuerySet(models.QuerySet["Interest"]):
    def open(self):
        return self.exclude(state__in=Interest.CLOSED_STATES)

    def sent(self):
        """What the other side sees: a draft is nobody's but the investor's."""
        return self.filter(sent_at__isnull=False)

    def late(self, now):
        """The promoters' answer is overdue."""
        return self.filter(state__in=Interest.ANSWER_STATES, due_at__lt=now, frozen_at__isnull=True)


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

    class Reason(models.TextChoices):
        """Why talks did not come about, or ended."""

        FIELD = "field", pgettext_lazy("interest", "Does not fit the field or the strategy")
        SIZE = "size", pgettext_lazy("interest", "Amount too large or too small")
        TERMS = "terms", pgettext_lazy("interest", "No agreement on terms")
        TIMING = "timing", pgettext_lazy("interest", "Time does not suit")
        OTHERS = "others", pgettext_lazy("interest", "Financing is found elsewhere")
        FINDINGS = "findings", pgettext_lazy("interest", "What due diligence found")
        SELF_DEALING = "self_dealing", pgettext_lazy("interest", "Shared ownership stands in the way")
        OTHER = "other", pgettext_lazy("interest", "Other, see below")
        # What the portal itself writes.
        INVESTOR_REVOKED = "investor_revoked", pgettext_lazy("interest", "The investor's verification was revoked")
        PROJECT_ENDED = "project_ended", pgettext_lazy("interest", "The project ended")

    BY_CLOCK = (Reason.INVESTOR_REVOKED, Reason.PROJECT_ENDED)

    CLOSED_STATES = (State.DECLINED, State.CLOSED_WON, State.CLOSED_LOST, State.WITHDRAWN)
    # The data room opens to these (D-2).
    ROOM_STATES = (State.NDA_SIGNED, State.DD_OPEN, State.NEGOTIATING, State.TERM_SHEET)

    # The promoters owe an answer here.
    ANSWER_STATES = (State.SENT, State.ACKNOWLEDGED, State.UNDER_REVIEW)

    # Its address: a number in a row would tell investors of one another (platform spec, 6.53).
    token = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="interests")
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="interests")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    reason_code = models.CharField(_("kind of reason"), max_length=20, choices=Reason, blank=True)
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
    # While the investor is suspended or its verification has run out nothing moves, and no clock runs.
    frozen_at = models.DateTimeField(_("at rest since"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = InterestQuerySet.as_manager()

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
            models.CheckConstraint(
                name="investment_interest_shared_owner_is_flagged",
                condition=~Q(shares_owner=True) | Q(state__in=["draft", "withdrawn"]) | Q(is_flagged=True),
            ),
            models.CheckConstraint(
                name="investment_interest_ended_with_reason",
                condition=~Q(state__in=["declined", "closed_lost"]) | ~Q(reason_code=""),
            ),
            models.CheckConstraint(
                name="investment_interest_amount_is_positive", condition=Q(amount__isnull=True) | Q(amount__gt=0)
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="investment_interest_due")]

    def __str__(self) -> str:
        return f"{self.investor} · {self.project}"

    @property
    def is_open(self) -> bool:
        return self.state not in self.CLOSED_STATES

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def owes_answer(self) -> bool:
        """Whether a clock of the promoters runs."""
        return self.state in self.ANSWER_STATES and not self.is_frozen

    @property
    def is_late(self) -> bool:
        return self.owes_answer and self.due_at is not None and self.due_at < timezone.now()


class InterestStep(models.Model):
    """Each step of an interest, as both sides follow it; only added to."""

    interest = models.ForeignKey(Interest, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, choices=Interest.State)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["interest", "at", "pk"]
        verbose_name = _("step of an interest")
        verbose_name_plural = _("steps of interests")

    def __str__(self) -> str:
        return f"{self.interest} · {self.get_to_state_display()}"


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

    text = Bilingual("text")

    def __str__(self) -> str:
        return f"{self.project} · {self.number}"


class AgreementAcceptance(models.Model):
    """An investor's signatory accepted one version of the agreement (D-3). Only added to."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="acceptances")
    sha256 = models.CharField(max_length=64)
    # The name as the signatory wrote it under the text.
    signed_name = models.CharField(_("name"), max_length=120)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"))

    class Meta:
        ordering = ["-accepted_at", "-pk"]
        verbose_name = _("acceptance of an agreement")
        verbose_name_plural = _("acceptances of agreements")
        constraints = [
            models.CheckConstraint(name="investment_acceptance_is_signed", condition=~Q(signed_name="")),
            models.CheckConstraint(
                name="investment_acceptance_lasts", condition=Q(valid_until__gt=models.F("accepted_at"))
            ),
        ]
        indexes = [models.Index(fields=["investor", "agreement"], name="investment_acceptance_of")]

    def __str__(self) -> str:
        return f"{self.investor} · {self.agreement}"
