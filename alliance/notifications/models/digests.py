"""Several messages in one mail, on a person's morning."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User


class Digest(models.Model):
    """One person's summary of one day or week: all that waited for it when it was cut, whichever duty it concerns.

    There is one for each person, cadence and day, however many schedulers there are. What is told after the cut waits
    for the next one, so nothing falls between two.
    """

    class Cadence(models.TextChoices):
        DAILY = "daily", pgettext_lazy("summary", "Daily")
        WEEKLY = "weekly", pgettext_lazy("summary", "Weekly")

    person = models.ForeignKey(User, models.CASCADE, related_name="digests")
    cadence = models.CharField(max_length=6, choices=Cadence)
    on = models.DateField()
    cut_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "cadence", "on"], name="notifications_digest_once"),
            models.CheckConstraint(
                name="notifications_digest_cadence", condition=models.Q(cadence__in=["daily", "weekly"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.cadence} {self.on}"
