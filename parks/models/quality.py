"""How good the register is from day to day, and the letters that ask parks to fill its gaps."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .parks import Park


class QualityDay(models.Model):
    """How many entries had each gap on a day: {code: number}."""

    on = models.DateField(_("day"), primary_key=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["on"]

    def __str__(self) -> str:
        return self.on.isoformat()


class Nudge(models.Model):
    """A letter to the people of several parks about one kind of gap."""

    gap = models.CharField(max_length=20)
    # How the rows were narrowed when they were chosen, for the record.
    filters = models.JSONField(default=dict)
    # The id of a person: the record outlives the account.
    sent_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.gap} {self.created_at:%Y-%m-%d}"


class NudgedPark(models.Model):
    """One park of a nudge and what became of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not yet written to")
        TOLD = "told", _("Written to its people")
        TASK = "task", _("Nobody in charge: a task for the membership desk")
        TOO_SOON = "too_soon", _("Left out: written to a short while ago")
        SETTLED = "settled", _("Left out: the gap is filled")

    nudge = models.ForeignKey(Nudge, models.CASCADE, related_name="parks")
    park = models.ForeignKey(Park, models.CASCADE, related_name="nudges")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.WAITING)
    people = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["nudge", "park"], name="parks_nudgedpark_once")]
        indexes = [
            models.Index(
                fields=["park", "-settled_at"], name="parks_nudgedpark_last", condition=Q(outcome__in=["told", "task"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.nudge_id} {self.park_id}: {self.outcome}"
