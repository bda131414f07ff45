"""Whether a trainee is who they say, and whether anything about their work is in doubt (X-1)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User

from .enrolments import Enrolment


class IdentityCheck(models.Model):
    """Somebody of the teaching side saw the trainee's identity document. Its number is never kept, not even hashed."""

    class Way(models.TextChoices):
        IN_PERSON = "in_person", pgettext_lazy("identity check", "In person")
        SCHOOL_RECORD = "school_record", pgettext_lazy("identity check", "By the school's own record")
        VIDEO = "video", pgettext_lazy("identity check", "In a video call")

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="identity_check")
    way = models.CharField(_("how it was checked"), max_length=13, choices=Way, default=Way.IN_PERSON)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        verbose_name = _("identity check")
        verbose_name_plural = _("identity checks")

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.get_way_display()}"


class IntegrityCase(models.Model):
    """A doubt about a trainee's work: while it is open, no certificate is issued (X-1)."""

    class Outcome(models.TextChoices):
        CLEARED = "cleared", pgettext_lazy("integrity", "Cleared")
        UPHELD = "upheld", pgettext_lazy("integrity", "Upheld")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="integrity_cases")
    reason = models.TextField(_("reason"), max_length=2000)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, blank=True)
    decision = models.TextField(_("decision"), max_length=2000, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("integrity case")
        verbose_name_plural = _("integrity cases")
        constraints = [
            models.CheckConstraint(
                name="training_integrity_closed_with_decision",
                condition=Q(outcome="", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(outcome="") & ~Q(decision="") & Q(closed_at__isnull=False, closed_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.outcome or 'open'}"
