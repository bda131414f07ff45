"""One message to one person by one channel, from planned to settled (platform spec, section 2)."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User

from .digests import Digest
from .events import OutboxEvent
from .robots import Robot

MAX_ATTEMPTS = 8


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def in_flight(self):
        """With the broker or in the hands of a worker."""
        return self.filter(state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])

    def for_a_person(self):
        """Those a machine gave up on: the data desk decides."""
        return self.filter(state__in=[Delivery.State.DEAD, Delivery.State.UNKNOWN])


class Delivery(models.Model):
    """A row decides; the broker only carries its id. A letter to an address outside the portal has no recipient, and
    what a group robot says has its robot instead.

    pending → queued (claimed, a task is on its way) → sending (a worker holds the lease) → sent, which never changes.
    A lease that runs out leads back to pending, or to unknown where sending twice is worse than not at all.
    What its reader wants once a day or week is held until the digest that takes it along.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", _("E-mail")
        WEBHOOK = "webhook", _("Group robot")

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("mail", "Waiting")
        QUEUED = "queued", pgettext_lazy("mail", "Queued")
        SENDING = "sending", pgettext_lazy("mail", "Being sent")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        DEAD = "dead", pgettext_lazy("mail", "Failed")
        SUPPRESSED = "suppressed", pgettext_lazy("mail", "Not sent, on purpose")
        UNKNOWN = "unknown", pgettext_lazy("mail", "Unclear whether it was sent")
        HELD = "held", pgettext_lazy("mail", "Waiting for a summary")
        DIGESTED = "digested", pgettext_lazy("mail", "Part of a summary")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(OutboxEvent, models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="deliveries")
    robot = models.ForeignKey(Robot, models.PROTECT, null=True, blank=True, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=5)
    message_id = models.CharField(max_length=200, blank=True)
    # Why it is not sent: a code of ours, or what the mail server said, without addresses.
    last_error = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("planned"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, blank=True, related_name="deliveries")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient", "robot", "channel"],
                nulls_distinct=False,
                name="notifications_delivery_once",
            ),
            models.CheckConstraint(
                name="notifications_delivery_state",
                condition=Q(
                    state__in=[
                        *("pending", "queued", "sending", "sent", "dead"),
                        *("suppressed", "unknown", "held", "digested"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="notifications_delivery_digested_in_digest",
                condition=Q(state="digested", digest__isnull=False) | ~Q(state="digested") & Q(digest__isnull=True),
            ),
            models.CheckConstraint(
                name="notifications_delivery_channel",
                condition=Q(channel="mail", robot__isnull=True)
                | Q(channel="webhook", robot__isnull=False, recipient__isnull=True),
            ),
            models.CheckConstraint(name="notifications_delivery_attempts", condition=Q(attempts__lte=MAX_ATTEMPTS)),
            models.CheckConstraint(
                name="notifications_delivery_sent_with_time",
                condition=Q(state="sent", sent_at__isnull=False, attempts__gte=1)
                | ~Q(state="sent") & Q(sent_at__isnull=True),
            ),
            models.CheckConstraint(
                name="notifications_delivery_lease_in_flight",
                condition=Q(state__in=["queued", "sending"], lease_until__isnull=False)
                | ~Q(state__in=["queued", "sending"]) & Q(lease_until__isnull=True),
            ),
            models.CheckConstraint(
                name="notifications_delivery_token_while_sending",
                condition=Q(state="sending", lease_token__isnull=False)
                | ~Q(state="sending") & Q(lease_token__isnull=True),
            ),
            models.CheckConstraint(
                name="notifications_delivery_says_why_not",
                condition=~Q(state__in=["dead", "suppressed", "unknown"]) | ~Q(last_error=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "next_at", "id"], condition=Q(state="pending"), name="notifications_delivery_due"
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["queued", "sending"]),
                name="notifications_delivery_lease",
            ),
            models.Index(
                fields=["-created_at"],
                condition=Q(state__in=["dead", "unknown"]),
                name="notifications_delivery_dead",
            ),
            models.Index(fields=["recipient"], condition=Q(state="held"), name="notifications_delivery_held"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.id} {self.state}"
