from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.core.bilingual import Bilingual
from alliance.core.models import Division

from ..validators import validate_credit_code


class OrganisationQuerySet(models.QuerySet):
    def secretariat(self) -> "Organisation":
        """The secretariat of the alliance; there is one."""
        return self.get(kind=Organisation.Kind.SECRETARIAT)

    def council(self) -> "Organisation":
        return self.get(kind=Organisation.Kind.COUNCIL)


_AllOrganisations = models.Manager.from_queryset(OrganisationQuerySet)


class Organisations(_AllOrganisations):  # type: ignore[valid-type, misc]
    """All but those that were merged into another one; these stay as pointers, for old addresses and records."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(merged_into__isnull=True)


class Organisation(models.Model):
    """A body that people act for: the operator of a park, the secretariat, the council, a school, a company,
    an investor."""

    class Kind(models.TextChoices):
        PARK_OPERATOR = "park_operator", _("Park operator")
        SECRETARIAT = "secretariat", _("Secretariat")
        COUNCIL = "council", _("Council")
        SCHOOL = "school", _("University or school")
        COMPANY = "company", _("Company")
        INVESTOR = "investor", _("Investor")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, validators=[validate_credit_code]
    )
    province = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # It turned out to be the same as another one, which stands for it now.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    objects = Organisations()
    everything = OrganisationQuerySet.as_manager()

    name = Bilingual("name")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~models.Q(credit_code=""),
                name="accounts_organisation_credit_code_once",
                violation_error_message=_("Another organisation already has this credit code."),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind__in=["secretariat", "council"]),
                name="accounts_organisation_one_secretariat_one_council",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
