from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.core.bilingual import Bilingual
from alliance.core.models import StoredFile


class InvestorQuerySet(models.QuerySet["Investor"]):
    def verified(self):
        """Who may enter a dialogue: the organisation was verified, and nothing speaks against it today."""
        return self.filter(state__in=Investor.VERIFIED_STATES, verified_until__gte=timezone.localdate())

    def waiting(self):
        """Those whose documents the investment desk has to check."""
        return self.filter(state=Investor.State.CONTACT_VERIFIED, handed_in_at__isnull=False)


class Investor(models.Model):
    """An organisation that looks for projects, from its registration to its qualification (spec 3.11, A13)."""

    class State(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("investor", "Registered")
        CONTACT_VERIFIED = "contact_verified", pgettext_lazy("investor", "Contact verified")
        ORGANISATION_VERIFIED = "organisation_verified", pgettext_lazy("investor", "Organisation verified")
        ASSESSED = "assessed", pgettext_lazy("investor", "Risk assessed")
        QUALIFICATION_SUBMITTED = "qualification_submitted", pgettext_lazy("investor", "Qualification submitted")
        QUALIFIED = "qualified", pgettext_lazy("investor", "Qualified")
        REFUSED = "refused", pgettext_lazy("investor", "Refused")
        EXPIRED = "expired", pgettext_lazy("investor", "Expired")
        SUSPENDED = "suspended", pgettext_lazy("investor", "Suspended")
        REVOKED = "revoked", pgettext_lazy("investor", "Revoked")

    VERIFIED_STATES = (State.ORGANISATION_VERIFIED, State.ASSESSED, State.QUALIFICATION_SUBMITTED, State.QUALIFIED)
    # What the desk verifies can still be written and its documents changed.
    WRITTEN_STATES = (State.REGISTERED, State.CONTACT_VERIFIED)
    # Whom the desk does not let read what registered investors read.
    TURNED_AWAY = (State.REFUSED, State.SUSPENDED, State.REVOKED)
    # The organisation asks anew by itself; after a revocation the desk lets it.
    APPLIES_AGAIN = (State.REFUSED, State.EXPIRED)

    class Kind(models.TextChoices):
        FUND = "fund", pgettext_lazy("investor", "Fund manager")
        CORPORATE = "corporate", pgettext_lazy("investor", "Company")
        BANK = "bank", pgettext_lazy("investor", "Bank or financial institution")
        STATE = "state", pgettext_lazy("investor", "State capital")
        FOUNDATION = "foundation", pgettext_lazy("investor", "Foundation")
        FAMILY = "family", pgettext_lazy("investor", "Family office")

    class Reason(models.TextChoices):
        """Why an investor was refused, suspended or revoked."""

        UNREADABLE = "unreadable", pgettext_lazy("investor", "Documents cannot be read or are incomplete")
        MISMATCH = "mismatch", pgettext_lazy("investor", "Name or number does not agree with the register")
        AUTHORITY = "authority", pgettext_lazy("investor", "The signatory's authority is not shown")
        NOT_INVESTOR = "not_investor", pgettext_lazy("investor", "The organisation does not invest")
        SANCTIONED = "sanctioned", pgettext_lazy("investor", "Sanctioned, excluded or dishonest by public record")
        CONDUCT = "conduct", pgettext_lazy("investor", "Conduct against the rules of this platform")
        CLOSED = "closed", pgettext_lazy("investor", "The organisation was closed or its licence withdrawn")
        OWN_WISH = "own_wish", pgettext_lazy("investor", "The organisation asked for it")
        OTHER = "other", pgettext_lazy("investor", "Other, see below")

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="investor")
    state = models.CharField(_("state"), max_length=23, choices=State, default=State.REGISTERED)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    reason_code = models.CharField(_("kind of reason"), max_length=12, choices=Reason, blank=True)
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # ISO 3166-1; mainland organisations are known by their credit code, others by the number of their own register.
    country = models.CharField(_("country or region"), max_length=2)
    foreign_id = models.CharField(_("number in its own register"), max_length=60, blank=True)
    website = models.URLField(_("website"), max_length=200, blank=True)
    about_zh = models.TextField(_("Chinese introduction"), max_length=2000, blank=True)
    about_en = models.TextField(_("English introduction"), max_length=2000, blank=True)
    # What it looks for: matched against projects.
    fields = ArrayField(models.SlugField(max_length=30), default=list, blank=True, verbose_name=_("fields of work"))
    provinces = ArrayField(models.CharField(max_length=6), default=list, blank=True, verbose_name=_("provinces"))
    least = models.BigIntegerField(_("smallest amount"), null=True, blank=True)
    most = models.BigIntegerField(_("largest amount"), null=True, blank=True)
    handed_in_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    verified_until = models.DateField(_("verified until"), null=True, blank=True)
    qualified_until = models.DateField(_("qualified until"), null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = InvestorQuerySet.as_manager()

    about = Bilingual("about")

    class Meta:
        ordering = ["-registered_at", "-pk"]
        verbose_name = _("investor")
        verbose_name_plural = _("investors")
        constraints = [
            models.CheckConstraint(
                name="investment_investor_amounts_in_order",
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(most__gte=models.F("least")),
                violation_error_message=_("The largest amount is smaller than the smallest."),
            ),
            models.CheckConstraint(
                name="investment_investor_verified_has_end",
                condition=~Q(state__in=["organisation_verified", "assessed", "qualification_submitted", "qualified"])
                | Q(verified_until__isnull=False),
            ),
            models.CheckConstraint(
                name="investment_investor_halted_with_reason",
                condition=~Q(state__in=["refused", "suspended", "revoked"]) | ~Q(reason_code=""),
            ),
            # Whoever claims a number first keeps nobody else from it; verified it is one investor's.
            models.UniqueConstraint(
                fields=["country", "foreign_id"],
                condition=Q(state__in=["organisation_verified", "assessed", "qualification_submitted", "qualified"])
                & ~Q(foreign_id=""),
                name="investment_investor_foreign_id_once",
            ),
            models.CheckConstraint(name="investment_investor_country_form", condition=Q(country__regex=r"^[A-Z]{2}$")),
        ]
        indexes = [models.Index(fields=["state", "verified_until"], name="investment_investor_state")]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def is_verified(self) -> bool:
        """Verified today: whoever ran out this night is not, even before the clock says so."""
        until = self.verified_until
        return self.state in self.VERIFIED_STATES and until is not None and until >= timezone.localdate()

    @property
    def is_mainland(self) -> bool:
        return self.country == "CN"

    @property
    def number(self) -> str:
        """What its own register knows it by."""
        return self.organisation.credit_code if self.is_mainland else self.foreign_id

    @property
    def is_written(self) -> bool:
        """Whether name, number and documents can be changed: before they are handed in."""
        return self.state in self.WRITTEN_STATES and self.handed_in_at is None


class InvestorDocument(models.Model):
    """A document that shows who the investor is. For its own people and the investment desk alone."""

    class Kind(models.TextChoices):
        LICENCE = "licence", pgettext_lazy("document", "Business licence or certificate of registration")
        AUTHORITY = "authority", pgettext_lazy("document", "Authority of the signatory")
        FILING = "filing", pgettext_lazy("document", "Registration as a fund manager")
        OTHER = "other", pgettext_lazy("document", "Other document")

    investor = models.ForeignKey(Investor, models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="investor_document")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        ordering = ["investor", "pk"]
        verbose_name = _("document of an investor")
        verbose_name_plural = _("documents of investors")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.file}"

    @property
    def is_ready(self) -> bool:
        return self.file.state == StoredFile.State.READY

    @property
    def is_refused(self) -> bool:
        return self.file.state == StoredFile.State.REFUSED


class InvestorStep(models.Model):
    """Each step of an investor with what was found and why; only added to."""

    investor = models.ForeignKey(Investor, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=23, blank=True)
    to_state = models.CharField(max_length=23, choices=Investor.State)
    reason_code = models.CharField(max_length=12, choices=Investor.Reason, blank=True)
    reason = models.CharField(_("reason"), max_length=600, blank=True)
    # What the desk checked, as it stood: [{"check": …, "evidence": …}].
    checks = models.JSONField(default=list)
    verified_until = models.DateField(null=True, blank=True)
    # Nobody where the clock moved it.
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["investor", "at", "pk"]
        verbose_name = _("step of an investor")
        verbose_name_plural = _("steps of investors")

    def __str__(self) -> str:
        return f"{self.investor} · {self.get_to_state_display()}"
