from django.db import models
from django.utils.translation import gettext_lazy as _

from ..bilingual import Bilingual


class DivisionQuerySet(models.QuerySet):
    def provinces(self):
        """The 34 province-level divisions, in the order of their codes."""
        return self.filter(level=Division.Level.PROVINCE)

    def cities(self):
        return self.filter(level=Division.Level.PREFECTURE)


class Division(models.Model):
    """A province-level or prefecture-level division (GB/T 2260). Provinces also have their place in the tile map."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        PREFECTURE = "prefecture", _("Prefecture")

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    iso_code = models.CharField(_("ISO 3166-2 code"), max_length=6, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    short_zh = models.CharField(max_length=30)
    short_en = models.CharField(max_length=60)
    abbr_zh = models.CharField(_("one-character name"), max_length=1, blank=True)
    region_zh = models.CharField(max_length=20, blank=True)
    region_en = models.CharField(max_length=40, blank=True)
    band = models.CharField(
        _("development band"),
        max_length=10,
        blank=True,
        choices=[
            ("east", _("East")),
            ("central", _("Central")),
            ("west", _("West")),
            ("northeast", _("Northeast")),
            ("hmt", _("Hong Kong, Macao and Taiwan")),
        ],
    )
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = DivisionQuerySet.as_manager()

    name = Bilingual("name")
    short = Bilingual("short")
    region = Bilingual("region")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="core_division_prefecture_has_parent",
                condition=models.Q(level="province", parent__isnull=True)
                | models.Q(level="prefecture", parent__isnull=False),
            ),
            models.UniqueConstraint(fields=["tile_column", "tile_row"], name="core_division_one_tile"),
        ]

    def __str__(self) -> str:
        return str(self.short)
