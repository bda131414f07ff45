"""What people agreed to, what they ask about their data, and what went wrong with data."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .people import User


class ConsentRecord(models.Model):
    """One yes or no of a person to one purpose, in the words of one version (6.63). Rows are only added.

    The latest row of a purpose holds. The network address is kept as a salted digest: enough to compare, not to find.
    """

    class Way(models.TextChoices):
        SIGN_UP = "sign_up", _("on signing up")
        PAGE = "page", _("on the page of consents")
        LINKING = "linking", _("on linking an account")

    person = models.ForeignKey(User, models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=40)
    version = models.CharField(_("version"), max_length=20)
    language = models.CharField(_("language"), max_length=7, choices=User.Language)
    is_given = models.BooleanField(_("given"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    way = models.CharField(_("way"), max_length=8, choices=Way)
    address_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["person", "purpose", "-at"], name="accounts_consent_latest")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose} {self.version}"


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def open(self):
        return self.filter(state=DataRequest.State.OPEN)

    def closing(self):
        """Accounts on their way to being closed."""
        return self.open().filter(kind=DataRequest.Kind.CLOSE)


class DataRequest(models.Model):
    """What a person asks about their own data, with the clock the law sets, and what became of it (6.64)."""

    class Kind(models.TextChoices):
        EXPORT = "export", _("Copy of my data")
        CORRECT = "correct", _("Correction")
        RESTRICT = "restrict", _("Stop or limit a use")
        EXPLAIN = "explain", _("Explanation")
        CLOSE = "close", _("Closing of the account")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Open")
        DONE = "done", pgettext_lazy("request", "Done")
        REFUSED = "refused", pgettext_lazy("request", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")

    person = models.ForeignKey(User, models.PROTECT, related_name="data_requests")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    words = models.TextField(_("what it is about"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("answer due"))
    takes_effect_at = models.DateTimeField(_("takes effect"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="close", state="open"), name="accounts_datarequest_closing_once"
            ),
            models.CheckConstraint(
                name="accounts_datarequest_settled_with_time",
                condition=Q(state="open", settled_at__isnull=True) | ~Q(state="open") & Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_datarequest_closing_has_day",
                condition=~Q(kind="close") | Q(takes_effect_at__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_datarequest_refused_with_reason", condition=~Q(state="refused") | ~Q(answer="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.pk}"

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due_at < timezone.now()


class Breach(models.Model):
    """Data were lost, changed or seen by somebody who may not: what is known, how bad it is, who was told when (6.66).

    Two clocks run from the moment it became known: that of the Chinese incident rules, by level, and the 72 hours of
    the European regulation.
    """

    class Level(models.TextChoices):
        UNASSESSED = "unassessed", _("Not yet assessed")
        GENERAL = "general", _("General")
        LARGER = "larger", _("Relatively serious")
        SERIOUS = "serious", _("Serious")
        GRAVE = "grave", _("Particularly serious")

    became_known_at = models.DateTimeField(_("became known"))
    happened_at = models.DateTimeField(_("happened"), null=True, blank=True)
    what = models.TextField(_("what happened"), max_length=4000)
    kinds_of_data = models.TextField(_("kinds of data"), max_length=1000, blank=True)
    people_affected = models.PositiveIntegerField(_("people affected"), null=True, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.UNASSESSED)
    is_european = models.BooleanField(_("people in the European Union are affected"), default=False)
    risk = models.TextField(_("possible harm"), max_length=2000, blank=True)
    measures = models.TextField(_("what was done"), max_length=4000, blank=True)
    authority_told_at = models.DateTimeField(_("Chinese authority told"), null=True, blank=True)
    authority = models.CharField(_("which authority"), max_length=200, blank=True)
    european_told_at = models.DateTimeField(_("European authority told"), null=True, blank=True)
    people_told_at = models.DateTimeField(_("people affected told"), null=True, blank=True)
    why_not_told = models.TextField(_("why somebody was not told"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lessons = models.TextField(_("what is done so that it does not happen again"), max_length=4000, blank=True)

    class Meta:
        ordering = ["closed_at", "-became_known_at", "-pk"]
        verbose_name = _("data incident")
        verbose_name_plural = _("data incidents")
        constraints = [
            models.CheckConstraint(
                name="accounts_breach_closed_by_someone",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_breach_known_before_told",
                condition=Q(authority_told_at__isnull=True) | Q(authority_told_at__gte=models.F("became_known_at")),
                violation_error_message=_("Nobody can be told before it became known."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Data incident %(n)s") % {"n": self.pk})

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
