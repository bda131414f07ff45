from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual

from .projects import Project


class OutcomeQuerySet(models.QuerySet["ProjectOutcome"]):
    def standing(self):
        """Those that no later one corrects."""
        return self.exclude(Exists(ProjectOutcome.objects.filter(corrects=OuterRef("pk"))))

    def public(self):
        return self.standing().filter(project__state__in=Project.PUBLIC_STATES)


class ProjectOutcome(models.Model):
    """What became of a project: financed or not, delivered or failed, and what was learnt. Public, failures too.

    Only added to, in the database itself; what was wrong is corrected by another one, and both stay. Money in fen.
    """

    class Kind(models.TextChoices):
        FINANCED = "financed", pgettext_lazy("result", "Financed")
        PARTLY = "partly", pgettext_lazy("result", "Partly financed")
        NOT_FINANCED = "not_financed", pgettext_lazy("result", "Not financed")
        DELIVERED = "delivered", pgettext_lazy("result", "Delivered")
        FAILED = "failed", pgettext_lazy("result", "Failed")

    # What says how much.
    WITH_AMOUNT = (Kind.FINANCED, Kind.PARTLY)

    project = models.ForeignKey(Project, models.PROTECT, related_name="outcomes")
    kind = models.CharField(_("result"), max_length=12, choices=Kind)
    amount = models.BigIntegerField(_("amount"), null=True, blank=True)
    happened_on = models.DateField(_("day"))
    happened_zh = models.TextField(_("what happened, in Chinese"), max_length=3000)
    happened_en = models.TextField(_("what happened, in English"), max_length=3000, blank=True)
    learnt_zh = models.TextField(_("what was learnt, in Chinese"), max_length=3000)
    learnt_en = models.TextField(_("what was learnt, in English"), max_length=3000, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)

    objects = OutcomeQuerySet.as_manager()

    happened = Bilingual("happened")
    learnt = Bilingual("learnt")

    class Meta:
        ordering = ["-happened_on", "-pk"]
        verbose_name = _("result of a project")
        verbose_name_plural = _("results of projects")
        constraints = [
            models.CheckConstraint(
                name="investment_outcome_financed_says_how_much",
                condition=Q(kind__in=["financed", "partly"], amount__isnull=False, amount__gt=0)
                | Q(kind="not_financed", amount__isnull=True)
                | (Q(kind__in=["delivered", "failed"]) & (Q(amount__isnull=True) | Q(amount__gt=0))),
                violation_error_message=_("Financed and partly financed need the amount; not financed has none."),
            ),
        ]
        indexes = [models.Index(fields=["-happened_on"], name="investment_outcome_newest")]

    def __str__(self) -> str:
        return f"{self.project} · {self.get_kind_display()}"
