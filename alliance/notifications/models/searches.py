"""Searches that people keep, and what they were told of."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def kept(self):
        return self.filter(removed_at__isnull=True)

    def of(self, person: User):
        return self.filter(person=person)

    def watching(self):
        """Those whose people want to hear of additions, and still can."""
        return self.kept().filter(paused_at__isnull=True, person__is_active=True).exclude(alerts=SavedSearch.Alerts.OFF)

    def by_name(self):
        """For pages: what was ever found stays in the database."""
        return self.defer("known").order_by("name", "pk")


class SavedSearch(models.Model):
    """Conditions on a list that a person keeps under a name, and hears of what comes to fit them.

    `query` are the parameters of the list (`Listing.query`), so that it always reads as the list itself would. `known`
    are the objects that fitted when it was saved, and all that came since: none of them is news again.
    """

    class Alerts(models.TextChoices):
        AT_ONCE = "at_once", pgettext_lazy("alerts", "At once")
        DAILY = "daily", pgettext_lazy("alerts", "Once a day")
        WEEKLY = "weekly", pgettext_lazy("alerts", "Once a week")
        OFF = "off", pgettext_lazy("alerts", "Not at all")

    person = models.ForeignKey(User, models.CASCADE, related_name="saved_searches")
    list_code = models.CharField(max_length=40)
    query = models.TextField(blank=True, max_length=2000)
    name = models.CharField(_("name"), max_length=80)
    alerts = models.CharField(_("messages about additions"), max_length=8, choices=Alerts, default=Alerts.DAILY)
    known = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField(_("saved"), db_default=Now())
    # When what was found is told; empty while there is nothing to tell.
    tell_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(_("last message"), null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "list_code", "query"],
                condition=Q(removed_at__isnull=True),
                name="notifications_savedsearch_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["list_code"],
                condition=Q(removed_at__isnull=True, paused_at__isnull=True) & ~Q(alerts="off"),
                name="notifications_search_watching",
            ),
            models.Index(fields=["tell_at"], condition=Q(tell_at__isnull=False), name="notifications_search_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None or self.alerts == self.Alerts.OFF


class SearchMatch(models.Model):
    """An object that came to fit a saved search. A person is told of an object once, whichever search found it."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="matches")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    list_code = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    found_at = models.DateTimeField(db_default=Now())
    # The message that told of it.
    telling = models.UUIDField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "list_code", "object_id"], name="notifications_searchmatch_once_a_person"
            ),
            models.CheckConstraint(
                name="notifications_searchmatch_told_with_message",
                condition=Q(telling__isnull=True, told_at__isnull=True)
                | Q(telling__isnull=False, told_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["search", "-found_at"], name="notifications_match_of_search"),
            models.Index(fields=["telling"], name="notifications_match_telling"),
        ]

    def __str__(self) -> str:
        return f"{self.search} {self.object_id}"


class ListWatch(models.Model):
    """Up to which moment the changes of a list were looked at."""

    list_code = models.CharField(max_length=40, primary_key=True)
    looked_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.list_code} {self.looked_until.isoformat()}"
