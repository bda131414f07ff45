from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class TranslationQuerySet(models.QuerySet):
    def to_do(self):
        """Texts that miss a language, or whose other language moved on without them."""
        return self.exclude(state=Translation.State.CURRENT)


class Translation(models.Model):
    """How one text stands in one language: there, missing, or older than the text it was translated from."""

    class State(models.TextChoices):
        CURRENT = "current", _("Up to date")
        OUTDATED = "outdated", _("Out of date")
        MISSING = "missing", _("Missing")

    subject_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    field = models.CharField(max_length=60)
    language = models.CharField(max_length=7)
    state = models.CharField(max_length=8, choices=State)
    # What the other language said when this one was last right.
    source_hash = models.CharField(max_length=64, blank=True)
    # Higher is more urgent; the owning app sets it (a listed park before a draft).
    weight = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(_("since"))

    objects = TranslationQuerySet.as_manager()

    class Meta:
        ordering = ["-weight", "since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "field", "language"], name="core_translation_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-weight", "since"], name="core_translation_to_do", condition=~models.Q(state="current")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.language} {self.state}"
