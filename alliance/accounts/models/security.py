"""What an account went through: sign-ins and failures, and the slow way back for somebody who lost their factors."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User


class SecurityEvent(models.Model):
    """One thing that happened at the door of an account, with the address it came from.

    Unlike the audit chain this may be erased: it holds network addresses. Whoever typed an address that belongs to
    nobody is counted by its digest alone, so that limits and answers are the same for both.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        WRONG_PASSWORD = "wrong_password", _("Wrong password")
        WRONG_CODE = "wrong_code", _("Wrong code")
        REAUTHENTICATED = "reauthenticated", _("Confirmed once more that it is you")
        SIGNED_OUT = "signed_out", _("Signed out")
        TIMED_OUT = "timed_out", _("Signed out by the portal")
        SESSIONS_ENDED = "sessions_ended", _("Other devices were signed out")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        FACTOR_ADDED = "factor_added", _("Second factor added")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        CODES_MADE = "codes_made", _("New recovery codes made")
        ADDRESS_CHANGED = "address_changed", _("E-mail addresses changed")
        FACTOR_LOST = "factor_lost", _("Help asked for: second factor lost")

    FAILURES = (Kind.WRONG_PASSWORD, Kind.WRONG_CODE)

    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="security_events")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(_("network address"), null=True)
    device = models.CharField(_("device"), max_length=60, blank=True)
    # By what: password, totp, webauthn, recovery_codes.
    means = models.CharField(max_length=20, blank=True)
    # Of what was typed as the address of the account (keyed, see services/security.py).
    login_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        indexes = [
            models.Index(fields=["person", "-at"], name="accounts_event_person"),
            models.Index(fields=["login_digest", "-at"], name="accounts_event_login", condition=~Q(login_digest="")),
            models.Index(
                fields=["address", "-at"],
                name="accounts_event_address",
                condition=Q(kind__in=["wrong_password", "wrong_code"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_failure(self) -> bool:
        return self.kind in self.FAILURES


class LostFactorQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=LostFactor.State.ASKED)


class LostFactor(models.Model):
    """A person who knows their password but has lost every second factor asks to begin anew.

    Two people of the secretariat approve, and some hours pass in which the person, told at every address, can say
    that it was somebody else.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waiting")
        DONE = "done", _("used")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(User, models.PROTECT, related_name="lost_factors", verbose_name=_("person"))
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(_("network address"), null=True)
    # Hours that must pass, as the rule was when it was asked.
    wait_hours = models.PositiveSmallIntegerField(default=24)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("reason"), max_length=300, blank=True)

    objects = LostFactorQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("lost second factor")
        verbose_name_plural = _("lost second factors")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="asked"),
                name="accounts_lost_factor_open_once",
                violation_error_message=_("You have asked already."),
            ),
            models.CheckConstraint(
                name="accounts_lost_factor_decided_has_time",
                condition=Q(state="asked", decided_at__isnull=True) | ~Q(state="asked") & Q(decided_at__isnull=False),
                violation_error_message=_("A decision has its time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_state_display()}"

    @property
    def earliest_at(self) -> datetime:
        return self.asked_at + timedelta(hours=self.wait_hours)


class LostFactorApproval(models.Model):
    """One of the two people of the secretariat who checked that it is really them who asks."""

    request = models.ForeignKey(LostFactor, models.CASCADE, related_name="approvals")
    officer = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "officer"],
                name="accounts_lost_factor_officer_once",
                violation_error_message=_("You have approved this already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer} · {self.at:%Y-%m-%d %H:%M}"
