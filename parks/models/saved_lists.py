"""Collections of parks that the desks put together by hand."""

from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User

from .parks import Park


class SavedListQuerySet(models.QuerySet["SavedList"]):
    def kept(self):
        return self.filter(removed_at__isnull=True)

    def visible_to(self, person: Any):
        """A person's own lists, and those that colleagues share. Who may see lists at all, the policy says."""
        if person is None or not person.is_authenticated:
            return self.none()
        return self.kept().filter(Q(owner=person.pk) | Q(is_shared=True))

    def with_counts(self):
        return self.annotate(count=Count("entries"))


class SavedList(models.Model):
    """Parks picked by hand under a name: for a visit, a fair, a letter, a closer look."""

    name = models.CharField(_("name"), max_length=80)
    note = models.TextField(_("what it is for"), max_length=1000, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="saved_lists", verbose_name=_("begun by"))
    is_shared = models.BooleanField(_("shared with the desks"), default=False)
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SavedListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of parks")
        verbose_name_plural = _("lists of parks")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(removed_at__isnull=True),
                name="parks_savedlist_name_once",
                violation_error_message=_("You have a list of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ListedPark(models.Model):
    """One park on one list, and why it is there."""

    saved_list = models.ForeignKey(SavedList, models.CASCADE, related_name="entries")
    park = models.ForeignKey(Park, models.PROTECT, related_name="on_lists")
    note = models.CharField(_("note"), max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"), db_default=Now())

    class Meta:
        ordering = ["saved_list", "added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["saved_list", "park"], name="parks_listedpark_once")]

    def __str__(self) -> str:
        return f"{self.saved_list}: {self.park}"
