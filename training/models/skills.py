from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.core.bilingual import Bilingual
from alliance.core.models import Division


class TrainingField(models.Model):
    """A field of study, or a skill within one; reference data with its source (`training/data/training_fields.csv`)."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    # Empty for a field of study, the field for a skill.
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="skills")
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    # The national occupation it leads to, by the name of the national classification.
    occupation_zh = models.CharField(_("national occupation"), max_length=120, blank=True)
    summary_zh = models.CharField(max_length=300, blank=True)
    summary_en = models.CharField(max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    name = Bilingual("name")
    summary = Bilingual("summary")

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("field of study")
        verbose_name_plural = _("fields of study")

    def __str__(self) -> str:
        return str(self.name)


class University(models.Model):
    """A university, academy or vocational college as public sources name it; no promise of theirs to take part.

    Once one takes part it has an organisation, whose people act for it.
    """

    slug = models.SlugField(max_length=60, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200)
    province = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("province"))
    city_zh = models.CharField(max_length=60, blank=True)
    city_en = models.CharField(max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=20)
    # Codes of the directory's fields of work (parks/data/fields.csv).
    fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    website = models.URLField(_("website"), blank=True)
    source = models.CharField(_("source"), max_length=300)
    organisation = models.OneToOneField(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="university"
    )

    name = Bilingual("name")
    city = Bilingual("city")

    class Meta:
        ordering = ["province", "slug"]
        verbose_name = _("university")
        verbose_name_plural = _("universities")

    def __str__(self) -> str:
        return str(self.name)


class Competency(models.Model):
    """What somebody can do, under a code that never changes: outcomes, placements and certificates point at it."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    field = models.ForeignKey(TrainingField, models.PROTECT, related_name="competencies", verbose_name=_("field"))
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    description_zh = models.TextField(_("Chinese description"), max_length=600, blank=True)
    description_en = models.TextField(_("English description"), max_length=600, blank=True)

    name = Bilingual("name")
    description = Bilingual("description")

    class Meta:
        ordering = ["code"]
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        constraints = [
            models.CheckConstraint(
                name="training_competency_code_shape",
                condition=Q(code__regex=r"^C-[A-Z]{2,5}-[0-9]{2,3}$"),
                violation_error_message=_("A competency's code looks like C-ANI-03."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
