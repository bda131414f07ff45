from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User


class InvestorQuerySet(models.QuerySet["Investor"]):
    def verified(self):
        """Who may enter a dialogue: the organisation was verified and nothing speaks against it now."""
        return self.filter(state__in=Investor.VERIFIED_STATES)


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

    class Kind(models.TextChoices):
        FUND = "fund", pgettext_lazy("investor", "Fund manager")
        CORPORATE = "corporate", pgettext_lazy("investor", "Company")
        BANK = "bank", pgettext_lazy("investor", "Bank or financial institution")
        STATE = "state", pgettext_lazy("investor", "State capital")
        FOUNDATION = "foundation", pgettext_lazy("investor", "Foundation")
        FAMILY = "family", pgettext_lazy("investor", "Family office")

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="investor")
    state = models.CharField(_("state"), max_length=23, choices=State, default=State.REGISTERED)
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
    verified_until = models.DateField(_("verified until"), null=True, blank=True)
    qualified_until = models.DateField(_("qualified until"), null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = InvestorQuerySet.as_manager()

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
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def is_verified(self) -> bool:
        return self.state in self.VERIFIED_STATES
