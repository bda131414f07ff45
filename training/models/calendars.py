from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from parks.models import Park

from .cohorts import Cohort, secret


class CalendarFeed(models.Model):
    """The address under which calendar programs read the sessions of a cohort, of a person or of a park's people.

    The address is its own key. Whoever renews it takes the old one back, which then answers that it is gone.
    """

    token = models.CharField(max_length=32, default=secret, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, null=True, blank=True, related_name="feeds")
    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="training_feeds")
    park = models.ForeignKey(Park, models.CASCADE, null=True, blank=True, related_name="training_feeds")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.CheckConstraint(
                name="training_feed_of_one",
                condition=Q(cohort__isnull=False, person__isnull=True, park__isnull=True)
                | Q(cohort__isnull=True, person__isnull=False, park__isnull=True)
                | Q(cohort__isnull=True, person__isnull=True, park__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    fields=[whose], condition=Q(revoked_at__isnull=True), name=f"training_feed_one_of_{whose}"
                )
                for whose in ("cohort", "person", "park")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort or self.person or self.park}"

    def get_absolute_url(self) -> str:
        return reverse("training:calendar_feed", args=[self.token])
