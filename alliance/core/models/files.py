import uuid

from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def private_storage():
    return storages["private"]


def random_name(instance: "StoredFile", filename: str) -> str:
    """A random name: what a person called the file never becomes a path (platform spec, 6.47)."""
    token = uuid.uuid4().hex
    return f"{token[:2]}/{token}"


def rendition_name(instance: "Rendition", filename: str) -> str:
    return f"{instance.file.token.hex[:2]}/{instance.file.token.hex}-{instance.width}.{instance.extension}"


class StoredFile(models.Model):
    """An uploaded file: private, named at random, its type read from its bytes. Its owner's policy opens it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Being checked")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Refused")

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content = models.FileField(storage=private_storage, upload_to=random_name, max_length=120)
    original_name = models.CharField(_("name"), max_length=255)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    refusal = models.CharField(_("why it was refused"), max_length=200, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    # Whether everybody may fetch the renditions; the original is never public.
    is_public = models.BooleanField(default=False)
    uploaded_by = models.CharField(max_length=40, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="core_storedfile_refused_with_reason",
                condition=~models.Q(state="refused") | ~models.Q(refusal=""),
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class Rendition(models.Model):
    """A public copy of a picture at one width, re-encoded from its pixels alone."""

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="renditions")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    extension = models.CharField(max_length=4, default="webp")
    content = models.FileField(upload_to=rendition_name, max_length=120)

    class Meta:
        ordering = ["file", "width"]
        constraints = [models.UniqueConstraint(fields=["file", "width"], name="core_rendition_once")]

    def __str__(self) -> str:
        return f"{self.file} {self.width}"
