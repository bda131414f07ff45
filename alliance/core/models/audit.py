from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing that happened, chained to the one before it (rules H-1, H-2).

    Rows are only ever inserted: a trigger refuses UPDATE, DELETE and TRUNCATE. People and objects are ids without
    foreign keys, because events outlive their subjects.
    """

    seq = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("person"), max_length=40, blank=True)
    on_behalf_of = models.CharField(_("acting for"), max_length=40, blank=True)
    verb = models.CharField(_("event"), max_length=80)
    object_type = models.CharField(_("kind of object"), max_length=80)
    object_id = models.CharField(_("object"), max_length=60)
    payload = models.JSONField(_("details"), default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["object_type", "object_id", "-seq"], name="core_audit_object"),
            models.Index(fields=["actor", "-seq"], name="core_audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"

    def as_exported(self) -> dict:
        """The event as it is hashed and exported."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "on_behalf_of": self.on_behalf_of,
            "verb": self.verb,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "payload": self.payload,
            "prev_hash": self.prev_hash,
            "hash": self.hash,
        }


class ChainHead(models.Model):
    """The last event. Its single row is the lock that makes writers queue."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(name="core_chainhead_single", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class DailyHead(models.Model):
    """The head of the chain at the end of a day, published so that outsiders hold a copy (rule H-3)."""

    on = models.DateField(_("day"), primary_key=True)
    seq = models.BigIntegerField(_("number of events"))
    hash = models.CharField(_("head"), max_length=64)
    published_at = models.DateTimeField(_("published"))

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on} {self.hash[:12]}"
