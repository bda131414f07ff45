"""Figures as they stood, frozen with the rows behind them."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User


class Snapshot(models.Model):
    """The figures of one period, with their definitions and the parks behind each. A trigger refuses every change.

    `content` is the compressed row of each park that counts in any figure; `digest`, which the audit chain holds too,
    covers all of it.
    """

    period = models.CharField(_("period"), max_length=10)
    filters = models.JSONField(default=dict, blank=True)
    as_of = models.DateTimeField(_("as of"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    definitions = models.JSONField()
    figures = models.JSONField()
    content = models.BinaryField()
    parks = models.PositiveIntegerField(_("parks"))
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        indexes = [models.Index(fields=["digest"], name="reports_snapshot_digest")]

    def __str__(self) -> str:
        return f"{self.period} {self.made_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("reports:snapshot", args=[self.pk])
