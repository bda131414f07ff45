from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual

from .. import choices
from .parks import Park


class Figure(models.Model):
    """One number about a park, with its year, source and who confirmed it. A figure nobody reported has no row:
    missing is
    never zero (DESIGN.md, 3.5)."""

    park = models.ForeignKey(Park, models.CASCADE, related_name="figures")
    indicator = models.CharField(_("figure"), max_length=12, choices=choices.Indicator)
    # A public source does not always date its number; a park's own report does.
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    value = models.PositiveBigIntegerField(_("value"))
    is_planned = models.BooleanField(_("planned, not measured"), default=False)
    source = models.CharField(
        _("kind of source"), max_length=14, choices=choices.FigureSource, default=choices.FigureSource.SELF_REPORTED
    )
    source_note_zh = models.CharField(_("source, in Chinese"), max_length=300, blank=True)
    source_note_en = models.CharField(_("source, in English"), max_length=300, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    verified_on = models.DateField(_("confirmed"), null=True, blank=True)

    source_note = Bilingual("source_note")

    class Meta:
        ordering = ["park", "indicator", "-year", "pk"]
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(
                fields=["park", "indicator", "year", "is_planned"],
                name="parks_figure_once_a_year",
                nulls_distinct=False,
                violation_error_message=_("This figure is already given for this year."),
            ),
            models.CheckConstraint(
                name="parks_figure_year_unless_public",
                condition=Q(source="public") | Q(year__isnull=False),
                violation_error_message=_("A figure needs its year."),
            ),
            models.CheckConstraint(
                name="parks_figure_share_within_hundred",
                condition=~Q(indicator="occupancy") | Q(value__lte=100),
                violation_error_message=_("A share cannot be more than 100 %."),
            ),
            models.CheckConstraint(
                name="parks_figure_verified_by_and_on",
                condition=Q(verified_by__isnull=True, verified_on__isnull=True)
                | Q(verified_by__isnull=False, verified_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.park} · {self.get_indicator_display()} {self.year or ''}"

    @property
    def unit(self) -> str:
        return choices.UNITS[choices.Indicator(self.indicator)]
