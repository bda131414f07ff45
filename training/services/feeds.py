"""Addresses under which calendar programs read sessions: give one, renew it, take it back."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from alliance.accounts.models import User
from alliance.core import audit
from parks.models import Park

from .. import policies
from ..models import CalendarFeed, Cohort

Owner = Cohort | User | Park


def _whose(owner: Owner) -> dict[str, Owner]:
    name = "cohort" if isinstance(owner, Cohort) else "park" if isinstance(owner, Park) else "person"
    return {name: owner}


def may(owner: Owner, person: User) -> bool:
    """Who hands out this address, and takes it back."""
    if isinstance(owner, Cohort):
        programme = owner.version.curriculum.programme
        return policies.can_plan_cohorts(person, programme)
    if isinstance(owner, Park):
        return policies.can_nominate(person, owner)
    return owner.pk == person.pk


def feed_of(owner: Owner) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(**_whose(owner), revoked_at=None).first()


@transaction.atomic
def renew(owner: Owner, *, by: User) -> CalendarFeed:
    """A fresh address. The one before stops working at once."""
    stop(owner, by=by)
    feed = CalendarFeed.objects.create(**_whose(owner), created_by=by)
    audit.record("calendar_feed.given", feed, by=by)
    return feed


@transaction.atomic
def stop(owner: Owner, *, by: User) -> None:
    """Take the address back; whoever still asks there reads that it is gone."""
    if not may(owner, by):
        raise PermissionDenied
    # Two at once wait for one another, so that one address is left.
    owner._meta.model._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=owner.pk)
    for feed in CalendarFeed.objects.filter(**_whose(owner), revoked_at=None):
        feed.revoked_at, feed.revoked_by = timezone.now(), by
        feed.save(update_fields=["revoked_at", "revoked_by"])
        audit.record("calendar_feed.stopped", feed, by=by)
