"""Lists of parks picked by hand: begin, add, note, take out, share, remove and bring back."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import policies
from ..models import ListedPark, Park, SavedList

MOST_LISTS = 100
MOST_PARKS = 2000
UNDO = timedelta(minutes=30)


@transaction.atomic
def begin_list(name: str, *, by: User, note: str = "", is_shared: bool = False) -> SavedList:
    if not policies.can_keep_lists(by):
        raise PermissionDenied
    if SavedList.objects.kept().filter(owner=by).count() >= MOST_LISTS:
        raise RuleBroken(_("You keep %(n)d lists already. Please remove one first.") % {"n": MOST_LISTS})
    made = SavedList(name=name.strip(), note=note.strip(), owner=by, is_shared=is_shared)
    _save(made)
    audit.record("saved_list.begun", made, by=by, shared=is_shared)
    return made


@transaction.atomic
def change_list(saved: SavedList, *, by: User, name: str, note: str, is_shared: bool) -> SavedList:
    """Name, purpose and sharing are its owner's to decide."""
    saved = _locked(saved)
    if not policies.owns_list(by, saved):
        raise PermissionDenied
    saved.name, saved.note, saved.is_shared = name.strip(), note.strip(), is_shared
    _save(saved)
    audit.record("saved_list.changed", saved, by=by, shared=is_shared)
    return saved


def _save(saved: SavedList) -> None:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError:
        raise RuleBroken(_("You have a list of this name already.")) from None


@transaction.atomic
def add_parks(saved: SavedList, parks: Iterable[Park], *, by: User, note: str = "") -> int:
    """Put these on the list; gives how many were not on it yet."""
    saved = _locked(saved)
    if not policies.can_use_list(by, saved):
        raise PermissionDenied
    there = set(saved.entries.values_list("park", flat=True))
    new = [park for park in {park.pk: park for park in parks}.values() if park.pk not in there]
    if len(there) + len(new) > MOST_PARKS:
        raise RuleBroken(_("A list holds at most %(n)d parks.") % {"n": MOST_PARKS})
    ListedPark.objects.bulk_create(
        ListedPark(saved_list=saved, park=park, note=note.strip()[:300], added_by=by) for park in new
    )
    if new:
        audit.record("saved_list.added", saved, by=by, parks=len(new), first=new[0].pk)
    return len(new)


@transaction.atomic
def note_entry(entry: ListedPark, note: str, *, by: User) -> ListedPark:
    if not policies.can_use_list(by, _locked(entry.saved_list)):
        raise PermissionDenied
    entry.note = note.strip()[:300]
    entry.save(update_fields=["note"])
    audit.record("saved_list.noted", entry.saved_list, by=by, park=entry.park_id)
    return entry


@transaction.atomic
def take_out(entry: ListedPark, *, by: User) -> None:
    saved = _locked(entry.saved_list)
    if not policies.can_use_list(by, saved):
        raise PermissionDenied
    ListedPark.objects.filter(pk=entry.pk).delete()
    audit.record("saved_list.taken_out", saved, by=by, park=entry.park_id)


@transaction.atomic
def remove_list(saved: SavedList, *, by: User) -> SavedList:
    saved = _locked(saved)
    if not policies.owns_list(by, saved):
        raise PermissionDenied
    if saved.removed_at is None:
        saved.removed_at = timezone.now()
        saved.save(update_fields=["removed_at"])
        audit.record("saved_list.removed", saved, by=by)
    return saved


@transaction.atomic
def restore_list(saved: SavedList, *, by: User) -> SavedList:
    """Within half an hour a removed list comes back as it was."""
    saved = _locked(saved)
    if not policies.owns_list(by, saved):
        raise PermissionDenied
    if saved.removed_at is None:
        return saved
    if saved.removed_at < timezone.now() - UNDO:
        raise RuleBroken(_("It was removed too long ago."))
    saved.removed_at = None
    _save(saved)
    audit.record("saved_list.restored", saved, by=by)
    return saved


def _locked(saved: SavedList) -> SavedList:
    return SavedList.objects.select_for_update().get(pk=saved.pk)
