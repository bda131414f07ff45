"""What was true of each park and when: the ground that figures of a past day are counted on."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from alliance.accounts.models import Organisation
from alliance.core.models import Division
from parks import choices
from parks.models import Park


class ParkChange(models.Model):
    """A park changed, or (without one) who holds a duty. Written by triggers, taken away by `facts.refresh`."""

    park_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.park_id} {self.at.isoformat()}"


class FactState(models.Model):
    """How far the facts are kept: a version that grows with each change, and since when what is recorded.

    `known_from` is the beginning of the history of profiles; `recorded_from` the moment from which everything the
    figures ask of a park is kept as it was, also what that history leaves out.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)
    known_from = models.DateTimeField()
    recorded_from = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="reports_factstate_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.version}"


class ParkFactQuerySet(models.QuerySet):
    def at(self, moment: datetime):
        """What held at that moment, one row for each park there was."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=moment), valid_from__lte=moment)


class ParkFact(models.Model):
    """What the figures ask of one park, from one moment to another. The open row holds now.

    The columns bear the names they have on Park, so that one condition counts both. Empty completeness and confirmation
    before `FactState.recorded_from` mean that nobody wrote them down, not that they were zero.
    """

    park = models.ForeignKey(Park, models.CASCADE, related_name="facts")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    standing = models.CharField(max_length=10, choices=Park.Standing)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    province = models.ForeignKey(Division, models.PROTECT, related_name="+")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    is_one_language = models.BooleanField()
    formation = models.CharField(max_length=12, choices=choices.Formation, blank=True)
    structure = models.CharField(max_length=16, choices=choices.Structure, blank=True)
    site_form = models.CharField(max_length=14, choices=choices.SiteForm, blank=True)
    year_opened = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    completeness_zh = models.PositiveSmallIntegerField(null=True, blank=True)
    completeness_en = models.PositiveSmallIntegerField(null=True, blank=True)
    # Addresses of the clusters in which it held a place.
    clusters = ArrayField(
        models.CharField(max_length=60),
        db_default=Value([], output_field=ArrayField(models.CharField(max_length=60))),
        default=list,
        blank=True,
    )
    # Of the profile that lies with the secretariat.
    pending_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = ParkFactQuerySet.as_manager()

    class Meta:
        ordering = ["park", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["park"], condition=Q(valid_to__isnull=True), name="reports_parkfact_one_open"
            ),
            models.CheckConstraint(
                name="reports_parkfact_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
            ),
        ]
        indexes = [models.Index(fields=["park", "valid_from"], name="reports_parkfact_time")]

    def __str__(self) -> str:
        return f"{self.park_id} {self.valid_from:%Y-%m-%d} {self.standing}"
