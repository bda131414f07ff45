from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User


class ReportSchedule(models.Model):
    """A report that is made by the clock and handed to people who may see it when it is made."""

    class Cadence(models.TextChoices):
        MONTHLY = "monthly", _("Every month")
        QUARTERLY = "quarterly", _("Every quarter")
        YEARLY = "yearly", _("Every year")

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Chinese")
        ENGLISH = "en", _("English")
        BOTH = "both", _("Chinese and English")

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "XLSX"

    cadence = models.CharField(_("how often"), max_length=9, choices=Cadence, default=Cadence.MONTHLY)
    language = models.CharField(_("language"), max_length=7, choices=Language, default=Language.CHINESE)
    file_format = models.CharField(_("file"), max_length=4, choices=Format, default=Format.PDF)
    filters = models.JSONField(default=dict, blank=True)
    recipients = models.ManyToManyField(User, related_name="+", verbose_name=_("for"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    # The first moment of the calendar that this schedule has not dealt with.
    next_at = models.DateTimeField(_("next time"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("report schedule")
        verbose_name_plural = _("report schedules")

    def __str__(self) -> str:
        return f"{self.get_cadence_display()} · {self.get_file_format_display()}"
