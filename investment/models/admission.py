from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User

from .projects import Project
from .versions import ProjectVersion


class Criterion(models.TextChoices):
    """What admission asks (J-1); every one must be met."""

    SIZE = "size", _("The capital sought reaches the minimum size")
    SECTOR = "sector", _("Its field is on the alliance's list")
    PROMOTERS = "promoters", _("Its promoters are verified parks, not sanctioned or excluded")
    ACTIVITY = "activity", _("It is not an excluded activity")
    REGION = "region", _("It is located in a member region")
    LAWFUL = "lawful", _("It is lawful")
    START = "start", _("Its start is expected within three years")
    PLAIN = "plain", _("Its description is plain and neutral")
    CONTACT = "contact", _("Its contact can be reached")


class AdmissionCheck(models.Model):
    """What the investment desk found about one criterion of one version, with its evidence."""

    version = models.ForeignKey(ProjectVersion, models.CASCADE, related_name="admission_checks")
    criterion = models.CharField(_("criterion"), max_length=9, choices=Criterion)
    is_met = models.BooleanField(_("met"))
    evidence = models.CharField(_("evidence"), max_length=600)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        ordering = ["version", "pk"]
        verbose_name = _("check of a criterion")
        verbose_name_plural = _("checks of criteria")
        constraints = [
            models.UniqueConstraint(fields=["version", "criterion"], name="investment_criterion_once_a_version"),
            models.CheckConstraint(name="investment_criterion_has_evidence", condition=~models.Q(evidence="")),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_criterion_display()}"


class AdmissionLetter(models.Model):
    """The decision on a project, as the parks read it; only added to."""

    class Outcome(models.TextChoices):
        ADMITTED = "admitted", pgettext_lazy("admission", "Admitted")
        RETURNED = "returned", pgettext_lazy("admission", "Returned for revision")
        REJECTED = "rejected", pgettext_lazy("admission", "Not admitted")

    number = models.CharField(_("number"), max_length=20, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="letters")
    version = models.ForeignKey(ProjectVersion, models.PROTECT, related_name="letters")
    outcome = models.CharField(_("decision"), max_length=8, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=600, blank=True)
    # The criteria as they stood, so that later checks do not change what was decided.
    checks = models.JSONField(default=list)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name = _("decision letter")
        verbose_name_plural = _("decision letters")

    def __str__(self) -> str:
        return self.number
