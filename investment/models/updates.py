from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual

from .projects import Project


class UpdateQuerySet(models.QuerySet["ProjectUpdate"]):
    def standing(self):
        """Those that nobody took back."""
        return self.filter(retracted_at__isnull=True)

    def readable(self, *, verified: bool):
        """What this sort of reader sees: some updates are for verified investors alone (J-5)."""
        rows = self.standing()
        return rows if verified else rows.filter(disclosure=ProjectUpdate.Disclosure.PUBLIC)


class ProjectUpdate(models.Model):
    """News that promoters write about a published project. It is taken back with a reason, never rewritten."""

    class Disclosure(models.TextChoices):
        PUBLIC = "public", pgettext_lazy("disclosure", "Everybody")
        VERIFIED = "verified", pgettext_lazy("disclosure", "Verified investors only")

    project = models.ForeignKey(Project, models.PROTECT, related_name="updates")
    title_zh = models.CharField(_("Chinese title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    text_zh = models.TextField(_("Chinese text"), max_length=4000)
    text_en = models.TextField(_("English text"), max_length=4000, blank=True)
    disclosure = models.CharField(_("who reads it"), max_length=8, choices=Disclosure, default=Disclosure.PUBLIC)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    retracted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    retracted_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    retract_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = UpdateQuerySet.as_manager()

    title = Bilingual("title")
    text = Bilingual("text")

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("update of a project")
        verbose_name_plural = _("updates of projects")
        constraints = [
            models.CheckConstraint(
                name="investment_update_taken_back_with_reason",
                condition=Q(retracted_at__isnull=True, retracted_by__isnull=True, retract_reason="")
                | (Q(retracted_at__isnull=False, retracted_by__isnull=False) & ~Q(retract_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["project", "-published_at"], name="investment_update_newest")]

    def __str__(self) -> str:
        return str(self.title)
