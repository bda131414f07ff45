from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual

from .projects import Project


class ProjectApproval(models.Model):
    """One approval that a project needs of an agency, with the clock of the law (J-4)."""

    class State(models.TextChoices):
        TO_APPLY = "to_apply", pgettext_lazy("approval", "To be applied for")
        SUBMITTED = "submitted", pgettext_lazy("approval", "Applied for")
        ACCEPTED = "accepted", pgettext_lazy("approval", "Accepted for decision")
        SUPPLEMENT = "supplement", pgettext_lazy("approval", "Waiting for further documents")
        GRANTED = "granted", pgettext_lazy("approval", "Granted")
        REFUSED = "refused", pgettext_lazy("approval", "Refused")
        LAPSED = "lapsed", pgettext_lazy("approval", "Lapsed")
        NOT_NEEDED = "not_needed", pgettext_lazy("approval", "Not needed")

    class Kind(models.TextChoices):
        FILING = "filing", pgettext_lazy("approval", "Filing or approval of the project")
        LAND = "land", pgettext_lazy("approval", "Use of land")
        PLANNING = "planning", pgettext_lazy("approval", "Planning permission")
        ENVIRONMENT = "environment", pgettext_lazy("approval", "Environmental impact")
        HERITAGE = "heritage", pgettext_lazy("approval", "Protection of monuments")
        CONSTRUCTION = "construction", pgettext_lazy("approval", "Building permit")
        FIRE = "fire", pgettext_lazy("approval", "Fire safety")
        CULTURE = "culture", pgettext_lazy("approval", "Licence for a cultural business")
        OTHER = "other", pgettext_lazy("approval", "Other approval")

    project = models.ForeignKey(Project, models.CASCADE, related_name="approvals")
    kind = models.CharField(_("approval"), max_length=12, choices=Kind)
    agency_zh = models.CharField(_("agency, in Chinese"), max_length=80)
    agency_en = models.CharField(_("agency, in English"), max_length=120, blank=True)
    legal_days = models.PositiveSmallIntegerField(_("working days the law allows"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TO_APPLY)
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    number = models.CharField(_("number of the decision"), max_length=80, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    agency = Bilingual("agency")

    class Meta:
        ordering = ["project", "pk"]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind", "agency_zh"],
                name="investment_approval_once_an_agency",
                violation_error_message=_("This approval of this agency is there already."),
            ),
            models.CheckConstraint(
                name="investment_approval_granted_has_number",
                condition=~Q(state="granted") | ~Q(number=""),
                violation_error_message=_("A granted approval has the number of its decision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.agency}"


class ApprovalStep(models.Model):
    """What happened on which day, only added to: the clock is read from these."""

    approval = models.ForeignKey(ProjectApproval, models.CASCADE, related_name="steps")
    to_state = models.CharField(max_length=10, choices=ProjectApproval.State)
    on = models.DateField(_("on"))
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["approval", "pk"]
        verbose_name = _("step of an approval")
        verbose_name_plural = _("steps of approvals")

    def __str__(self) -> str:
        return f"{self.approval} · {self.get_to_state_display()}"
