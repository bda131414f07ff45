"""What certificates are issued with: the issuer's keys, the lists of revoked ones, the numbers of a year."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual


class IssuerKey(models.Model):
    """A key the alliance signs certificates with, by its public half. The private one lies in a file (4.4)."""

    class State(models.TextChoices):
        STAGED = "staged", pgettext_lazy("key", "Published, not yet used")
        ACTIVE = "active", pgettext_lazy("key", "Signs")
        RETIRED = "retired", pgettext_lazy("key", "Retired, still vouches")
        COMPROMISED = "compromised", pgettext_lazy("key", "Compromised, vouches for nothing")

    # What this key signed still holds.
    TRUSTED = (State.STAGED, State.ACTIVE, State.RETIRED)

    fragment = models.SlugField(_("name"), max_length=30, unique=True)
    multibase = models.CharField(_("public key"), max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.STAGED)
    staged_at = models.DateTimeField(_("published"), default=timezone.now)
    activated_at = models.DateTimeField(_("in use from"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    compromised_at = models.DateTimeField(_("known to be compromised"), null=True, blank=True)
    # What happened, as the public page of keys tells it.
    incident_zh = models.TextField(_("what happened, in Chinese"), max_length=2000, blank=True)
    incident_en = models.TextField(_("what happened, in English"), max_length=2000, blank=True)
    staged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    incident = Bilingual("incident")

    class Meta:
        ordering = ["-staged_at", "-pk"]
        verbose_name = _("issuer key")
        verbose_name_plural = _("issuer keys")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="training_key_one_active"),
            models.CheckConstraint(
                name="training_key_state_has_its_time",
                condition=(Q(state="staged") & Q(activated_at__isnull=True))
                | (Q(state="active") & Q(activated_at__isnull=False))
                | (Q(state="retired") & Q(retired_at__isnull=False))
                | (Q(state="compromised") & Q(compromised_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="training_key_incident_is_told",
                condition=~Q(state="compromised") | (~Q(incident_zh="") & ~Q(incident_en="")),
                violation_error_message=_("Please say in both languages what happened; it stands on the public page."),
            ),
        ]

    def __str__(self) -> str:
        return self.fragment


class StatusList(models.Model):
    """One list of revoked certificates: its places, and the signed text as it was served last (X-12, X-13)."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    opened_at = models.DateTimeField(default=timezone.now)
    # Closed to new certificates when half of its places are taken.
    is_open = models.BooleanField(default=True)
    taken = models.PositiveIntegerField(default=0)
    signed = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    key = models.ForeignKey(IssuerKey, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        constraints = [
            models.UniqueConstraint(fields=["is_open"], condition=Q(is_open=True), name="training_list_one_open"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class StatusPlace(models.Model):
    """A place on a list that was given out, used or not. It is never given again: the row stays for ever (X-12)."""

    listed = models.ForeignKey(StatusList, models.PROTECT, related_name="places")
    index = models.PositiveIntegerField()
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listed", "index"], name="training_place_once"),
            models.CheckConstraint(name="training_place_on_the_list", condition=Q(index__lt=131_072)),
        ]

    def __str__(self) -> str:
        return f"{self.listed_id}#{self.index}"


class NumberYear(models.Model):
    """The last certificate number of a year; its row is locked until the certificate is committed, so none is lost."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
