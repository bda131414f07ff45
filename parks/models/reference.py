from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.core.bilingual import Bilingual


class FieldOfWork(models.Model):
    """One of the fields of work that parks, universities and events share."""

    code = models.SlugField(_("code"), max_length=30, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    name = Bilingual("name")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.name)


class IndustryCategory(models.Model):
    """A class of the NBS Classification of Culture and Related Industries (2018), the spine of the taxonomy (4.5)."""

    class Level(models.TextChoices):
        MAJOR = "major", _("Major class")
        MIDDLE = "middle", _("Middle class")

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.CharField(max_length=6, choices=Level)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    is_core = models.BooleanField(_("core of culture"), default=False)

    name = Bilingual("name")

    class Meta:
        ordering = ["code"]
        verbose_name_plural = _("industry categories")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
