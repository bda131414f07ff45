"""Files that trainees hand in for marking."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core.models import StoredFile

from .assessment import Attempt


class WorkFileQuerySet(models.QuerySet):
    def of(self, attempts):
        """Those of these attempts, as pages list them."""
        return self.filter(attempt__in=attempts).select_related("file").order_by("pk")


class WorkFile(models.Model):
    """One file of an attempt. It stays with the mark that rests on it; before the mark its trainee may replace it."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    handed_in_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(_("handed in"), default=timezone.now)

    objects = WorkFileQuerySet.as_manager()

    class Meta:
        ordering = ["attempt", "pk"]
        verbose_name = _("file for marking")
        verbose_name_plural = _("files for marking")

    def __str__(self) -> str:
        return f"{self.attempt} · {self.file}"

    @property
    def is_ready(self) -> bool:
        return self.file.state == StoredFile.State.READY

    @property
    def is_refused(self) -> bool:
        return self.file.state == StoredFile.State.REFUSED
