from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User

from .projects import Project


class ProjectFollow(models.Model):
    """A person's wish to hear of one project: its updates, its public stages, its results. Goes when taken back."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="follows")
    person = models.ForeignKey(User, models.CASCADE, related_name="project_follows")
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("followed project")
        verbose_name_plural = _("followed projects")
        constraints = [models.UniqueConstraint(fields=["project", "person"], name="investment_follow_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.project}"
