from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User

from .parks import Park


class SubmissionQuerySet(models.QuerySet):
    def open(self):
        """With the secretariat, or back with the park."""
        return self.filter(state__in=Submission.OPEN_STATES)


class Submission(models.Model):
    """A park asks the secretariat to check what it wrote and publish it (parks spec, 4.10: secretariat check)."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("Being checked")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN_STATES = (State.SUBMITTED, State.RETURNED)

    park = models.ForeignKey(Park, models.PROTECT, related_name="submissions")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.SUBMITTED)
    # {block: {field: value}} as it was when last submitted: what the officer checks is what gets published.
    content = models.JSONField(default=dict)
    message = models.TextField(_("message to the secretariat"), blank=True, max_length=1000)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)
    due_at = models.DateTimeField(_("answer due"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Why the officer returned it, for the park to read.
    reasons = models.TextField(_("reasons"), blank=True, max_length=4000)
    # {block: what to change there}
    block_reasons = models.JSONField(_("reasons by block"), default=dict, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["park"],
                condition=Q(state__in=["submitted", "returned"]),
                name="parks_submission_one_open",
                violation_error_message=_("This park already has a submission under way."),
            ),
            models.CheckConstraint(
                name="parks_submission_decided_by_someone",
                condition=Q(state__in=["submitted", "withdrawn"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="parks_submission_returned_has_reasons",
                condition=~Q(state="returned") | ~Q(reasons="") | ~Q(block_reasons={}),
                violation_error_message=_("Please say what the park should change."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.park} · {self.get_state_display()}"
