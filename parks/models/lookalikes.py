"""Organisations that may be the same: under which keys each is looked up, and the pairs somebody should look at."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation


class LookAlikeKey(models.Model):
    """What is left of an organisation's and its park's names, codes and addresses when spelling is gone."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    keys = ArrayField(models.CharField(max_length=120), default=list)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [GinIndex(fields=["keys"], name="parks_lookalikekey_keys")]

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class LookAlikeQuerySet(models.QuerySet["LookAlike"]):
    def to_look_at(self):
        """Pairs nobody has judged, both sides still there."""
        return self.standing().filter(state=LookAlike.State.OPEN)

    def standing(self):
        return self.filter(first__merged_into__isnull=True, second__merged_into__isnull=True)


class LookAlike(models.Model):
    """Two organisations that look alike, and why. `reasons` are codes with their points, in the order of weight."""

    class State(models.TextChoices):
        OPEN = "open", _("To look at")
        DIFFERENT = "different", _("Not the same")

    first = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    second = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    # [[code, points], …]
    reasons = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    # Who said that they are not the same, and why; remembered however often the finder runs.
    judged_by = models.CharField(max_length=40, blank=True)
    judged_at = models.DateTimeField(_("judged"), null=True, blank=True)
    judgement = models.CharField(_("reason"), max_length=300, blank=True)

    objects = LookAlikeQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.CheckConstraint(name="parks_lookalike_in_order", condition=Q(first_id__lt=F("second_id"))),
            models.UniqueConstraint(fields=["first", "second"], name="parks_lookalike_once"),
            models.CheckConstraint(
                name="parks_lookalike_judged_with_reason",
                condition=Q(state="open") | Q(judged_at__isnull=False) & ~Q(judgement=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "-score"], name="parks_lookalike_to_look_at")]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}: {self.score}"
