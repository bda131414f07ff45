from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from parks.models import Park

from .projects import Project


class ProjectVersion(models.Model):
    """All that a project says at one time, as one content with one hash: what every park signs (J-2).

    A draft is written; once offered for signature it never changes, in the database itself. With the last signature it
    is in force, and the one before it is superseded.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("project version", "Being written")
        OFFERED = "offered", pgettext_lazy("project version", "Waiting for signatures")
        IN_FORCE = "in_force", pgettext_lazy("project version", "In force")
        SUPERSEDED = "superseded", pgettext_lazy("project version", "Superseded")
        WITHDRAWN = "withdrawn", pgettext_lazy("project version", "Taken back")

    OPEN_STATES = (State.DRAFT, State.OFFERED)

    project = models.ForeignKey(Project, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    content = models.JSONField(_("content"), default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    # Counts the times a draft was saved: two people at once do not overwrite one another.
    edition = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(_("last written"), null=True, blank=True)
    offered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    offered_at = models.DateTimeField(_("offered for signature"), null=True, blank=True)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)

    class Meta:
        ordering = ["project", "-number"]
        verbose_name = _("version of a project")
        verbose_name_plural = _("versions of projects")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="investment_version_number_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["draft", "offered"]),
                name="investment_version_one_open",
                violation_error_message=_("A version of this project is being written already."),
            ),
            models.UniqueConstraint(
                fields=["project"], condition=Q(state="in_force"), name="investment_version_one_in_force"
            ),
            models.CheckConstraint(
                name="investment_version_frozen_has_hash",
                condition=Q(state__in=["draft", "withdrawn"]) | ~Q(sha256=""),
            ),
            models.CheckConstraint(
                name="investment_version_in_force_since",
                condition=~Q(state__in=["in_force", "superseded"]) | Q(in_force_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES


class ProjectSignature(models.Model):
    """A park's word for one version, by its hash. Only added to."""

    version = models.ForeignKey(ProjectVersion, models.PROTECT, related_name="signatures")
    park = models.ForeignKey(Park, models.PROTECT, related_name="project_signatures")
    sha256 = models.CharField(max_length=64)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)

    class Meta:
        ordering = ["version", "signed_at"]
        verbose_name = _("signature of a park")
        verbose_name_plural = _("signatures of parks")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "park"],
                name="investment_signature_once",
                violation_error_message=_("This park has signed already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.park} · {self.version}"
