"""Robots of groups in 企业微信, 钉钉 and 飞书."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User

from ..robots.platforms import CHOICES


class RobotQuerySet(models.QuerySet["Robot"]):
    def on(self):
        return self.filter(state=Robot.State.ON)

    def kept(self):
        """Those that were not removed."""
        return self.exclude(state=Robot.State.REMOVED)


class Robot(models.Model):
    """A robot through which a group of an organisation is told of some kinds of happenings, without names of people.

    Whoever holds its address can write to the group: address and secret are kept sealed and never shown again.
    """

    class State(models.TextChoices):
        ON = "on", pgettext_lazy("robot", "Running")
        OFF = "off", pgettext_lazy("robot", "Switched off")
        REMOVED = "removed", pgettext_lazy("robot", "Removed")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="robots", verbose_name=_("organisation")
    )
    platform = models.CharField(_("platform"), max_length=8, choices=CHOICES)
    name = models.CharField(_("name of the group"), max_length=60)
    language = models.CharField(_("language"), max_length=7, choices=User.Language, default=User.Language.CHINESE)
    kinds = models.JSONField(_("what the group is told"), default=list)
    sealed_url = models.TextField(blank=True)
    sealed_secret = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ON)
    # What the platform said last when it refused, without addresses.
    last_error = models.CharField(max_length=300, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    # When the platform's limit has room again; see robots/calls.py.
    free_at = models.DateTimeField(db_default=Now())
    last_sent_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = RobotQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "name", "pk"]
        verbose_name = _("group robot")
        verbose_name_plural = _("group robots")
        constraints = [
            models.CheckConstraint(
                name="notifications_robot_address_until_removed",
                condition=Q(state="removed", sealed_url="", sealed_secret="") | ~Q(state="removed") & ~Q(sealed_url=""),
            ),
        ]
        indexes = [models.Index(fields=["organisation"], condition=Q(state="on"), name="notifications_robot_on")]

    def __str__(self) -> str:
        return self.name
