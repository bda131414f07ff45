"""What happened, who was told in the portal, and how each person wants to be told."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User

from .. import kinds


class OutboxEvent(models.Model):
    """Something people are told about, written in the transaction in which it happened.

    The payload holds ids, never words or addresses: they are looked up when somebody reads.
    """

    kind = models.CharField(_("kind"), max_length=80)
    dedupe_key = models.CharField(max_length=200, unique=True)
    about_type = models.CharField(max_length=80)
    about_id = models.CharField(max_length=60)
    payload = models.JSONField(default=dict, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("happened"), db_default=Now())
    fanned_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["about_type", "about_id"], name="notifications_event_about")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_type} {self.about_id}"

    def facts(self) -> kinds.Facts | None:
        """The ids with their rows; None for a kind that the portal no longer knows."""
        kind = kinds.notice_kind(self.kind)
        return kind.facts(self.about_type, self.about_id, self.payload) if kind else None


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, person: User):
        """A person's inbox, newest first, with what its lines show."""
        return self.filter(recipient=person).select_related("event").order_by("-pk")

    def unread(self):
        return self.filter(read_at__isnull=True)

    def mark_read(self, now: datetime | None = None) -> int:
        return self.unread().update(read_at=now or timezone.now())


class Notice(models.Model):
    """One person told of one event in the portal: exactly once, and without any broker."""

    event = models.ForeignKey(OutboxEvent, models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices")
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    created_at = models.DateTimeField(_("told"), db_default=Now())

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="notifications_notice_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_notice_inbox"),
            models.Index(
                fields=["recipient"], condition=models.Q(read_at__isnull=True), name="notifications_notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.recipient}"


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def switched_off(self, kind: str, channel: str, people: Iterable[int]):
        return self.filter(kind=kind, channel=channel, person__in=people, choice=Preference.Choice.OFF)

    def mails_of(self, person: User) -> dict[str, str]:
        """Kind code → choice, for what this person decided about mails."""
        return dict(self.filter(person=person, channel="mail").values_list("kind", "choice"))


class Preference(models.Model):
    """How a person wants to be told of one kind by one channel. No row means at once.

    By mail: at once, in a daily or weekly summary, or not. In the portal everything stands in the inbox; "off" there
    means without a mark as new.
    """

    class Choice(models.TextChoices):
        IMMEDIATELY = "immediately", _("At once")
        DAILY = "daily", _("In a daily summary")
        WEEKLY = "weekly", _("In a weekly summary")
        OFF = "off", _("Not at all")

    class Channel(models.TextChoices):
        INAPP = "inapp", _("In the portal")
        MAIL = "mail", _("E-mail")

    person = models.ForeignKey(User, models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, choices=Channel)
    choice = models.CharField(max_length=12, choices=Choice)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="notifications_preference_once"),
            models.CheckConstraint(
                name="notifications_preference_fits_channel",
                condition=models.Q(channel="mail") | models.Q(channel="inapp", choice__in=["immediately", "off"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.channel}: {self.choice}"
