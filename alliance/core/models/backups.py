from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class BackupRun(models.Model):
    """A backup that was made completely. The archive itself tells more (`manage.py backup`, `manage.py restore`)."""

    made_at = models.DateTimeField(_("made"), db_default=Now())
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField(_("rows"))
    files = models.PositiveIntegerField(_("files"))
    # The last event of the audit chain in it.
    audit_seq = models.BigIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("backup")
        verbose_name_plural = _("backups")

    def __str__(self) -> str:
        return self.file_name
