from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.core.bilingual import Bilingual

from .. import choices
from .parks import Park


class AnchorInstitution(models.Model):
    """A university, museum, theatre or the like that holds the park together (parks spec, 4.2)."""

    park = models.ForeignKey(Park, models.CASCADE, related_name="institutions")
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=choices.InstitutionKind, blank=True)
    role = models.CharField(_("role"), max_length=13, choices=choices.InstitutionRole, blank=True)
    is_profit = models.BooleanField(_("works for profit"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    name = Bilingual("name")

    class Meta:
        ordering = ["park", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["park", "name_zh"], name="parks_anchorinstitution_once"),
        ]

    def __str__(self) -> str:
        return str(self.name)
