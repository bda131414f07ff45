"""A park's pictures: taken in, described, ordered, released with the next publication, removed and brought back."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core import audit, files
from alliance.core.errors import RuleBroken

from ..models import Park, Picture

MOST = 24
TEXTS = ("alt_zh", "alt_en", "credit")


def _refresh(picture: Picture) -> None:
    """A public page that shows the picture is made anew."""
    from .publication import refresh_public

    if picture.is_published:
        refresh_public(picture.park)


def _require_unlocked(park: Park) -> None:
    from .profile import is_locked

    if is_locked(park):
        raise RuleBroken(_("The profile is with the secretariat. Withdraw the submission to change it."))


@transaction.atomic
def add(park: Park, upload: UploadedFile, *, by: User, alt_zh: str = "", alt_en: str = "", credit: str = "") -> Picture:
    """Take one picture in. It waits for its copies, then for the next publication."""
    park = Park.objects.select_for_update(of=("self",)).get(pk=park.pk)
    _require_unlocked(park)
    mine = Picture.objects.filter(park=park, removed_at=None)
    if mine.count() >= MOST:
        raise RuleBroken(_("A park shows at most %(most)s pictures. Remove one first.") % {"most": MOST})
    stored = files.accept_picture(upload, by=by)
    if mine.filter(file__sha256=stored.sha256).exists():
        # Sent twice: the first one stands, the copy is not kept.
        stored.content.delete(save=False)
        stored.delete()
        return mine.get(file__sha256=stored.sha256)
    last = mine.aggregate(last=Max("position"))["last"] or 0
    picture = Picture.objects.create(
        park=park, file=stored, alt_zh=alt_zh, alt_en=alt_en, credit=credit, position=last + 1, uploaded_by=by
    )
    audit.record("picture.added", park, by=by, on_behalf_of=park.organisation, picture=picture.pk)
    return picture


@transaction.atomic
def describe(picture: Picture, values: dict[str, str], *, by: User) -> bool:
    """Change the texts of a picture; for a public one they are public at once. Gives whether anything changed."""
    picture = Picture.objects.select_for_update(of=("self",)).select_related("park__organisation").get(pk=picture.pk)
    changed = [name for name in TEXTS if name in values and getattr(picture, name) != values[name]]
    if not changed:
        return False
    for name in changed:
        setattr(picture, name, values[name])
    picture.save(update_fields=changed)
    _refresh(picture)
    audit.record(
        "picture.described",
        picture.park,
        by=by,
        on_behalf_of=picture.park.organisation,
        picture=picture.pk,
        fields=changed,
    )
    return True


@transaction.atomic
def move(picture: Picture, step: int, *, by: User) -> None:
    """One place forward (-1) or back (+1)."""
    park = Park.objects.select_for_update(of=("self",)).get(pk=picture.park_id)
    order = list(Picture.objects.filter(park=park, removed_at=None).order_by("position", "pk"))
    at = next((index for index, row in enumerate(order) if row.pk == picture.pk), None)
    if at is None or not 0 <= at + step < len(order):
        return
    order[at], order[at + step] = order[at + step], order[at]
    for position, row in enumerate(order, start=1):
        row.position = position
    Picture.objects.bulk_update(order, ["position"])
    _refresh(picture)
    audit.record("picture.moved", park, by=by, picture=picture.pk, step=step)


@transaction.atomic
def remove(picture: Picture, *, by: User) -> None:
    """Take it off the page at once; `restore` brings it back."""
    picture = Picture.objects.select_for_update(of=("self",)).select_related("file", "park").get(pk=picture.pk)
    if picture.removed_at is not None:
        return
    picture.removed_at = timezone.now()
    picture.save(update_fields=["removed_at"])
    files.set_public(picture.file, False)
    _refresh(picture)
    audit.record("picture.removed", picture.park, by=by, picture=picture.pk)


@transaction.atomic
def restore(picture: Picture, *, by: User) -> None:
    picture = Picture.objects.select_for_update(of=("self",)).select_related("file", "park").get(pk=picture.pk)
    if picture.removed_at is None:
        return
    picture.removed_at = None
    picture.save(update_fields=["removed_at"])
    files.set_public(picture.file, picture.is_published)
    _refresh(picture)
    audit.record("picture.restored", picture.park, by=by, picture=picture.pk)


def release(park: Park, *, upto: datetime) -> int:
    """Publish the pictures that were there when the park submitted. Called by the publication, in its transaction."""
    due = Picture.objects.waiting(park).filter(uploaded_at__lte=upto).exclude(alt_zh="")
    released = list(due.select_related("file"))
    for picture in released:
        files.set_public(picture.file, True)
    Picture.objects.filter(pk__in=[picture.pk for picture in released]).update(is_published=True)
    return len(released)
