from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..roles import CHOICES, ROLES, Role
from .organisations import Organisation
from .people import User


class DutyQuerySet(models.QuerySet):
    def active(self, on: date | None = None):
        """Duties within their term on that day (today by default)."""
        on = on or timezone.localdate()
        return self.current(on).filter(starts_on__lte=on, person__is_active=True)

    def current(self, on: date | None = None):
        """Duties that are not over, those that begin later included."""
        on = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), ended_at__isnull=True)

    def ended(self, on: date | None = None):
        """Duties whose term is over or that were ended before it was."""
        return self.filter(Q(ends_on__lt=on or timezone.localdate()) | Q(ended_at__isnull=False))

    def away(self, on: date | None = None):
        """Duties whose holder is away that day, so that the substitute acts."""
        on = on or timezone.localdate()
        return self.filter(away_from__lte=on, away_until__gte=on)

    def acted_by(self, person: User, on: date | None = None):
        """Active duties this person acts in: their own, and those they stand in for while the holder is away."""
        on = on or timezone.localdate()
        standing_in = Q(substitute=person, away_from__lte=on, away_until__gte=on)
        return self.active(on).filter(Q(person=person) | standing_in)


class Duty(models.Model):
    """A person in a role at an organisation, for a term, with a substitute (DESIGN.md, 3.1)."""

    person = models.ForeignKey(User, models.PROTECT, related_name="duties", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="duties", verbose_name=_("organisation")
    )
    role_code = models.CharField(_("role"), max_length=24, choices=CHOICES)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    substitute = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="substitutes_in", verbose_name=_("substitute")
    )
    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_until = models.DateField(_("away until"), null=True, blank=True)
    appointed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # The term is what was agreed; these say that it ended otherwise, from that moment on.
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # When the portal noted that the term had run out, and told those concerned.
    ran_out_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "role_code", "starts_on", "pk"]
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.CheckConstraint(
                name="accounts_duty_term_in_order",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A term cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="accounts_duty_away_is_a_period",
                condition=Q(away_from__isnull=True, away_until__isnull=True)
                | Q(away_from__isnull=False, away_until__isnull=False, away_until__gte=F("away_from")),
                violation_error_message=_("Please give the first and the last day of the absence, in this order."),
            ),
            models.CheckConstraint(
                name="accounts_duty_substitute_is_another",
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("person")),
                violation_error_message=_("Nobody can stand in for themselves."),
            ),
            models.CheckConstraint(
                name="accounts_duty_ended_by_someone",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                violation_error_message=_("A duty that was ended early says by whom."),
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role_code"],
                condition=Q(ends_on__isnull=True, ended_at__isnull=True),
                name="accounts_duty_open_once",
                violation_error_message=_("This person already holds this role here."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role_code"], name="accounts_duty_org_role")]

    def __str__(self) -> str:
        return f"{self.person} · {self.role.title} · {self.organisation}"

    @property
    def role(self) -> Role:
        return ROLES[self.role_code]

    def is_active(self, on: date | None = None) -> bool:
        on = on or timezone.localdate()
        return self.starts_on <= on and not self.is_over(on)

    def is_over(self, on: date | None = None) -> bool:
        """Whether the term is over, or was ended before it was."""
        on = on or timezone.localdate()
        return self.ended_at is not None or (self.ends_on is not None and self.ends_on < on)

    def is_away(self, on: date | None = None) -> bool:
        on = on or timezone.localdate()
        return self.away_from is not None and self.away_until is not None and self.away_from <= on <= self.away_until
