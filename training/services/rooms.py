"""Rooms of an organisation: add, change, remove what was never used."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import policies
from ..models import Room, Session

SHOWN = ("name_zh", "name_en", "address_zh", "address_en")


def _may(organisation: Organisation, by: User) -> None:
    if not policies.can_keep_rooms(by, organisation):
        raise PermissionDenied


def _save(room: Room) -> None:
    try:
        with transaction.atomic():
            room.save()
    except IntegrityError as error:
        raise RuleBroken(_("This organisation has a room of that name already.")) from error


@transaction.atomic
def add_room(organisation: Organisation, *, by: User, **fields: Any) -> Room:
    _may(organisation, by)
    room = Room(organisation=organisation, **fields)
    _save(room)
    audit.record("training_room.added", room, by=by, on_behalf_of=organisation)
    return room


@transaction.atomic
def change_room(room: Room, *, by: User, **fields: Any) -> Room:
    """Calendars show the new name and address of coming sessions at once."""
    room = Room.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=room.pk)
    _may(room.organisation, by)
    changed = [name for name, value in fields.items() if getattr(room, name) != value]
    for name in changed:
        setattr(room, name, fields[name])
    _save(room)
    if set(changed) & set(SHOWN):
        coming = Session.objects.filter(room=room, state=Session.State.SCHEDULED)
        coming.update(changed_at=timezone.now())
    audit.record("training_room.changed", room, by=by, on_behalf_of=room.organisation, fields=sorted(changed))
    return room


@transaction.atomic
def remove_room(room: Room, *, by: User) -> None:
    room = Room.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=room.pk)
    _may(room.organisation, by)
    if used := room.sessions.count():
        raise RuleBroken(
            _("%(n)d sessions name this room, so it stays. Give it another name if it changed.") % {"n": used}
        )
    audit.record("training_room.removed", room, by=by, on_behalf_of=room.organisation)
    room.delete()
