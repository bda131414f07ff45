"""When a person wants to be written to."""

from datetime import time
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User

from ..hours import ZONES, Hours, default_digest_at, default_quiet


class WritingHours(models.Model):
    """A person's quiet hours and the time of their summaries. No row means: as the alliance decided for everybody."""

    class Quiet(models.TextChoices):
        DEFAULT = "default", _("As usual in the alliance")
        OWN = "own", _("At times of my own")
        NONE = "none", _("Never: mails may come at any time")

    person = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="writing_hours")
    quiet = models.CharField(_("quiet hours"), max_length=7, choices=Quiet, default=Quiet.DEFAULT)
    quiet_from = models.TimeField(_("from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)
    digest_at = models.TimeField(_("time of summaries"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, choices=ZONES, default="Asia/Shanghai")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notifications_hours_own_are_given",
                condition=~Q(quiet="own") | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                violation_error_message=_("Please say from when until when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.quiet}"

    @property
    def hours(self) -> Hours:
        quiet: tuple[time, time] | None = None
        if self.quiet == self.Quiet.DEFAULT:
            quiet = default_quiet()
        elif self.quiet == self.Quiet.OWN and self.quiet_from is not None and self.quiet_until is not None:
            quiet = self.quiet_from, self.quiet_until
        return Hours(ZoneInfo(self.time_zone), self.digest_at or default_digest_at(), quiet)


def hours_of(person: User) -> Hours:
    """When this person may be written to. Ask for many with `select_related("writing_hours")`."""
    own = getattr(person, "writing_hours", None)
    return own.hours if own is not None else Hours(ZoneInfo("Asia/Shanghai"), default_digest_at(), default_quiet())
