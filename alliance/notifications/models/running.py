"""What the running processes write about themselves."""

from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """When a worker queue, the beat and the dispatcher last did something."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class ScheduleSlot(models.Model):
    """A moment of the schedule that somebody took: what is due then is done once, however many beats there are."""

    name = models.CharField(max_length=80)
    slot_time = models.DateTimeField()
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot_time"], name="notifications_slot_once")]
        indexes = [models.Index(fields=["slot_time"], name="notifications_slot_time")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot_time.isoformat()}"


class InvariantRun(models.Model):
    """One check of what must always hold of deliveries and seats; `broken` lists what did not, in words of the code."""

    at = models.DateTimeField(db_default=Now())
    broken = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at.isoformat()}: {len(self.broken)}"
