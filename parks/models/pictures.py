from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual
from alliance.core.models import StoredFile

from .parks import Park


class PictureQuerySet(models.QuerySet):
    def shown(self):
        """Pictures the public sees: rendered, and released with a publication."""
        return self.filter(is_published=True, file__state=StoredFile.State.READY, removed_at__isnull=True)

    def waiting(self, park: Park):
        """Pictures that go out with the park's next publication."""
        return self.filter(park=park, is_published=False, removed_at__isnull=True).exclude(
            file__state=StoredFile.State.REFUSED
        )


class Picture(models.Model):
    """A photograph of a park, with a text for those who cannot see it and the name of its maker."""

    park = models.ForeignKey(Park, models.CASCADE, related_name="pictures")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    alt_zh = models.CharField(_("description, in Chinese"), max_length=160)
    alt_en = models.CharField(_("description, in English"), max_length=240, blank=True)
    credit = models.CharField(_("photographer or owner"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_published = models.BooleanField(_("published"), default=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = PictureQuerySet.as_manager()

    alt = Bilingual("alt")

    class Meta:
        ordering = ["park", "position", "pk"]

    def __str__(self) -> str:
        return str(self.alt)
