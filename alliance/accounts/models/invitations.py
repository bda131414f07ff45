from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..roles import CHOICES, ROLES, Role
from .duties import Duty
from .organisations import Organisation
from .people import User


class InvitationQuerySet(models.QuerySet):
    def open(self, now: datetime | None = None):
        """Invitations that can still be accepted."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now or timezone.now())

    def pending(self):
        """Neither accepted nor revoked; some may have expired and wait to be sent again."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


class Invitation(models.Model):
    """A letter to an address: come and take this role here, for this term. The link works once, until it expires."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    role_code = models.CharField(_("role"), max_length=24, choices=CHOICES)
    language = models.CharField(_("language of the letter"), max_length=7, choices=User.Language)
    duty_starts_on = models.DateField(_("from"), default=timezone.localdate)
    duty_ends_on = models.DateField(_("until"), null=True, blank=True)
    substitute = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    # The invited person becomes the substitute of this duty when they accept.
    stands_in_for = models.ForeignKey(Duty, models.SET_NULL, null=True, blank=True, related_name="promised_substitutes")
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations_sent")
    # Only the digest of the token is kept: the database does not open doors.
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Somebody held an expired link and asked for a new one; said once for each link.
    renewal_asked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_invitation_accepted_by_someone",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_invitation_not_accepted_and_revoked",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="accounts_invitation_term_in_order",
                condition=Q(duty_ends_on__isnull=True) | Q(duty_ends_on__gte=models.F("duty_starts_on")),
                violation_error_message=_("A term cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="accounts_invitation_email_is_lower",
                condition=Q(email=Lower("email")),
                violation_error_message=_("E-mail addresses are kept in lower case."),
            ),
            models.UniqueConstraint(
                fields=["email", "organisation", "role_code"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="accounts_invitation_pending_once",
                violation_error_message=_(
                    "This address already has an invitation to this role. You can send it again."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.role.title}"

    @property
    def role(self) -> Role:
        return ROLES[self.role_code]

    @property
    def is_pending(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None

    def is_expired(self, now: datetime | None = None) -> bool:
        return self.expires_at <= (now or timezone.now())


class JoinRequest(models.Model):
    """A person asks to act for an organisation that exists already; its manager or the secretariat decides."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    person = models.ForeignKey(User, models.PROTECT, related_name="join_requests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="join_requests")
    role_code = models.CharField(_("role"), max_length=24, choices=CHOICES)
    message = models.TextField(_("who you are and what you do there"), max_length=1000)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decision_note = models.TextField(_("reason"), blank=True, max_length=1000)

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(state="pending"),
                name="accounts_joinrequest_pending_once",
                violation_error_message=_("You have already asked to join this organisation."),
            ),
            models.CheckConstraint(
                name="accounts_joinrequest_decided_with_time",
                condition=Q(state="pending", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(state="pending") & Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_joinrequest_refused_with_reason",
                condition=~Q(state="refused") | ~Q(decision_note=""),
                violation_error_message=_("A refusal says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.organisation}"

    @property
    def role(self) -> Role:
        return ROLES[self.role_code]
