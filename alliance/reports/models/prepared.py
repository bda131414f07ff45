from django.db import models


class PreparedFigures(models.Model):
    """Counts kept so that a page need not count again: of one moment and one filter, from one version of the facts."""

    key = models.CharField(primary_key=True, max_length=64)
    version = models.BigIntegerField()
    made_at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="reports_prepared_age")]

    def __str__(self) -> str:
        return f"{self.key[:12]} {self.made_at.isoformat()}"
