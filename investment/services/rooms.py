"""Keep a data room: its tree, its groups and what they may, and the manifests of what lay in it (D-4 to D-7, D-12).

The audit chain is told of the room and of numbers alone: names of documents are for those whom `can` lets (D-8).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.core import audit, canonical, files
from alliance.core.errors import RuleBroken
from alliance.core.files import NotAccepted
from alliance.core.files.accept import shown_name
from alliance.notifications.services import people_with, people_with_each

from .. import policies_rooms as allowed
from ..models import (
    Interest,
    Investor,
    Project,
    Room,
    RoomAccess,
    RoomGroup,
    RoomManifest,
    RoomMember,
    RoomNode,
    RoomVersion,
)
from ..notices import rooms as notices
from ..rooms import standard, watermarks
from ..rooms.gathering import current_of, nodes_of

EXTENSIONS = ("pdf", "jpg", "jpeg", "png", "webp", "docx", "pptx", "xlsx")
MOST_NODES = 2000
MOST_DEPTH = 8
MOST_GROUPS = 30

# What a group may, from nothing to the original; `denied` wins over all other groups.
LEVELS: dict[str, dict[str, bool]] = {
    "nothing": {},
    "view": {"can_view": True},
    "download": {"can_view": True, "can_download": True},
    "original": {"can_view": True, "can_download": True, "can_download_original": True},
    "denied": {"is_denied": True},
}
FLAGS = ("can_view", "can_download", "can_download_original", "is_denied")


def level_of(line: RoomAccess) -> str:
    """The name of what a line says. Combinations that only the database knows count as the less."""
    if line.is_denied:
        return "denied"
    if line.can_download_original and line.can_download:
        return "original"
    if line.can_download:
        return "download"
    return "view" if line.can_view else "nothing"


def _kept(room: Room, by: User) -> Room:
    """The room under its lock, for somebody who keeps it."""
    room = Room.objects.select_for_update(of=("self",)).select_related("project").get(pk=room.pk)
    if not allowed.can_keep_room(by, room.project):
        raise PermissionDenied
    return room


@transaction.atomic
def open_room(project: Project, *, with_folders: bool, by: User) -> Room:
    """The room of a project, empty or with the standard folders; a second click gives the one there is.

    Nobody but its parks sees anything before a group is allowed to (D-6).
    """
    project = Project.objects.select_for_update().get(pk=project.pk)
    if not allowed.can_keep_room(by, project):
        raise PermissionDenied
    room, is_new = Room.objects.get_or_create(project=project, defaults={"opened_by": by})
    if not is_new:
        return room
    audit.record("room.opened", room, by=by, project=project.pk)
    if with_folders:
        for zh, en in standard.FOLDERS:
            add_folder(room, None, name_zh=zh, name_en=en, by=by)
    return room


@transaction.atomic
def allow_bulk(room: Room, allows: bool, *, by: User) -> None:
    """D-7: whether several files may be taken at once; off in the beginning."""
    room = _kept(room, by)
    if room.allows_bulk != allows:
        room.allows_bulk = allows
        room.save(update_fields=["allows_bulk"])
        audit.record("room.bulk_set", room, by=by, allows=allows)


@transaction.atomic
def require_factor(room: Room, needs: bool, *, by: User) -> None:
    """6.5 of the platform spec: whether investors read here only with a second factor; off in the beginning."""
    room = _kept(room, by)
    if room.needs_factor != needs:
        room.needs_factor = needs
        room.save(update_fields=["needs_factor"])
        audit.record("room.factor_set", room, by=by, needs=needs)


# The tree -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_folder(room: Room, parent: RoomNode | None, *, name_zh: str, name_en: str, by: User) -> RoomNode:
    return _add(_kept(room, by), parent, RoomNode.Kind.FOLDER, name_zh, name_en, by)


def add_file(
    room: Room, parent: RoomNode | None, upload: UploadedFile, *, name_zh: str = "", name_en: str = "", by: User
) -> RoomNode:
    """A document with its first version, waiting for the check. Raises NotAccepted where the file is not what it says,
    asks for a password or cannot be read."""
    pages = _look(upload)
    name = shown_name(upload.name or "").rpartition(".")[0][:120]
    if not name_zh and not name_en:
        name_zh = name
    with transaction.atomic():
        node = _add(_kept(room, by), parent, RoomNode.Kind.FILE, name_zh, name_en, by)
        _add_version(node, upload, pages, by)
    return node


def replace_file(node: RoomNode, upload: UploadedFile, *, by: User) -> RoomVersion:
    """A newer version; the ones before stay and are the promoters' alone."""
    pages = _look(upload)
    with transaction.atomic():
        room = _kept(node.room, by)
        node = _there(room, node)
        if node.is_folder:
            raise RuleBroken(_("A folder has no versions."))
        return _add_version(node, upload, pages, by)


def _look(upload: UploadedFile) -> int | None:
    """What can be said at once: its kind, and whether a PDF opens. Gives the pages of a PDF."""
    name = shown_name(upload.name or "")
    extension = name.rpartition(".")[2].lower()
    if extension not in EXTENSIONS:
        raise NotAccepted(
            _("“%(name)s” is none of the kinds a data room takes: PDF, DOCX, PPTX, XLSX, JPG, PNG, WebP.")
            % {"name": name}
        )
    if extension != "pdf" or not upload.size:
        return None
    upload.seek(0)
    if b"%PDF-" not in upload.read(1024):
        return None  # another kind under this name: `accept_document` says which
    try:
        return watermarks.count_pages(upload, name)
    except (watermarks.Locked, watermarks.Broken) as refused:
        raise NotAccepted(str(refused)) from None


def _add_version(node: RoomNode, upload: UploadedFile, pages: int | None, by: User) -> RoomVersion:
    stored = files.accept_document(upload, by=by)
    number = (node.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = RoomVersion.objects.create(node=node, number=number, file=stored, pages=pages, uploaded_by=by)
    audit.record(
        "room.version_added", node.room, by=by, node=node.pk, number=number, sha256=stored.sha256, size=stored.size
    )
    return version


def _add(room: Room, parent: RoomNode | None, kind: str, name_zh: str, name_en: str, by: User) -> RoomNode:
    if RoomNode.objects.there().filter(room=room).count() >= MOST_NODES:
        raise RuleBroken(_("A data room holds %(most)d entries. Take some out first.") % {"most": MOST_NODES})
    if parent is not None:
        parent = _there(room, parent)
        if not parent.is_folder:
            raise RuleBroken(_("Only a folder holds something."))
    if _depth(parent) >= MOST_DEPTH:
        raise RuleBroken(_("Folders stand at most %(most)d deep.") % {"most": MOST_DEPTH})
    beside = RoomNode.objects.filter(room=room, parent=parent)
    node = RoomNode(
        room=room,
        parent=parent,
        kind=kind,
        position=(beside.aggregate(last=Max("position"))["last"] or 0) + 1,
        created_by=by,
    )
    _name(node, name_zh, name_en)
    _save(node)
    audit.record("room.node_added", room, by=by, node=node.pk, kind=kind, parent=parent.pk if parent else None)
    return node


@transaction.atomic
def change_node(node: RoomNode, *, name_zh: str, name_en: str, parent: RoomNode | None, by: User) -> RoomNode:
    """Another name or another place. What its old folder allowed goes with the folder, not with it (D-6)."""
    room = _kept(node.room, by)
    node = _there(room, node)
    if parent is not None:
        parent = _there(room, parent)
        if not parent.is_folder:
            raise RuleBroken(_("Only a folder holds something."))
        if node.pk in {one.pk for one in _upwards(parent)}:
            raise RuleBroken(_("A folder cannot stand in itself."))
    if _depth(parent) + _height(node) > MOST_DEPTH:
        raise RuleBroken(_("Folders stand at most %(most)d deep.") % {"most": MOST_DEPTH})
    before = node.parent_id
    node.parent = parent
    _name(node, name_zh, name_en)
    _save(node)
    audit.record("room.node_changed", room, by=by, node=node.pk, was_in=before, parent=node.parent_id)
    return node


@transaction.atomic
def remove_node(node: RoomNode, *, by: User) -> int:
    """Take it out with all below it; gives how many. The rows stay for the log and the manifests."""
    room = _kept(node.room, by)
    node = _there(room, node)
    found = [node, *_below(node)]
    RoomNode.objects.filter(pk__in=[one.pk for one in found]).update(removed_at=timezone.now())
    audit.record("room.node_removed", room, by=by, node=node.pk, number=len(found))
    return len(found)


def _name(node: RoomNode, name_zh: str, name_en: str) -> None:
    node.name_zh, node.name_en = (" ".join(name.split())[:120] for name in (name_zh, name_en))
    if not node.name_zh and not node.name_en:
        raise RuleBroken(_("Give it a name."))


def _save(node: RoomNode) -> None:
    try:
        with transaction.atomic():
            node.save()
    except IntegrityError:
        raise RuleBroken(_("This name is there already in this folder.")) from None


def _there(room: Room, node: RoomNode) -> RoomNode:
    found = RoomNode.objects.there().filter(room=room, pk=node.pk).first()
    if found is None:
        raise RuleBroken(_("It was taken out meanwhile."))
    return found


def _upwards(node: RoomNode | None) -> list[RoomNode]:
    found = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found


def _depth(parent: RoomNode | None) -> int:
    return len(_upwards(parent))


def _below(node: RoomNode) -> list[RoomNode]:
    found, layer = [], [node.pk]
    while layer:
        children = list(RoomNode.objects.there().filter(parent__in=layer))
        found += children
        layer = [child.pk for child in children]
    return found


def _height(node: RoomNode) -> int:
    height, layer = 0, [node.pk]
    while layer:
        height += 1
        layer = list(RoomNode.objects.there().filter(parent__in=layer).values_list("pk", flat=True))
    return height


# Groups -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_group(
    room: Room, group: RoomGroup | None, *, name: str, opens_at: datetime, closes_at: datetime, by: User
) -> RoomGroup:
    """A new group, or another name or window of one (D-4)."""
    room = _kept(room, by)
    if closes_at <= opens_at:
        raise RuleBroken(_("The end comes after the beginning."))
    if group is None and room.groups.count() >= MOST_GROUPS:
        raise RuleBroken(_("A data room has at most %(most)d groups.") % {"most": MOST_GROUPS})
    verb = "room.group_changed" if group else "room.group_added"
    group = group or RoomGroup(room=room, created_by=by)
    group.name, group.opens_at, group.closes_at = " ".join(name.split()), opens_at, closes_at
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError:
        raise RuleBroken(_("A group of this name is there already.")) from None
    audit.record(verb, room, by=by, group=group.pk, opens=opens_at, closes=closes_at)
    return group


@transaction.atomic
def add_member(group: RoomGroup, person: User, investor: Investor, *, by: User) -> RoomMember:
    """A person of an investor that is interested in this project (D-5). A second click changes nothing."""
    room = _kept(group.room, by)
    talks = _talking(room).filter(investor=investor).exists()
    if not talks or not people_with(Permission.INVEST, investor.organisation).filter(pk=person.pk).exists():
        raise RuleBroken(_("Only people of an investor that is interested in this project can be added."))
    found = RoomMember.objects.filter(group=group, person=person, investor=investor, removed_at__isnull=True).first()
    if found is not None:
        return found
    member = RoomMember.objects.create(group=group, person=person, investor=investor, added_by=by)
    audit.record("room.member_added", room, by=by, group=group.pk, person=person.pk, investor=investor.pk)
    notices.tell_added(member, by=by)
    return member


@transaction.atomic
def remove_member(member: RoomMember, *, by: User) -> None:
    """From this moment the person reads nothing by this group; an open page answers nothing more."""
    room = _kept(member.group.room, by)
    if RoomMember.objects.filter(pk=member.pk, removed_at__isnull=True).update(removed_at=timezone.now()):
        audit.record(
            "room.member_removed",
            room,
            by=by,
            group=member.group_id,
            person=member.person_id,
            investor=member.investor_id,
        )


def candidates(room: Room) -> list[tuple[Investor, list[User]]]:
    """Investors whose interest is open and was answered, with their people; always the same number of queries."""
    interests = list(
        _talking(room).select_related("investor__organisation").order_by("investor__organisation__name_zh", "pk")
    )
    acting = people_with_each(Permission.INVEST, {one.investor.organisation_id for one in interests})
    people = User.objects.filter(is_active=True).in_bulk({pk for keys in acting.values() for pk in keys})
    return [
        (one.investor, [people[pk] for pk in acting.get(one.investor.organisation_id, ()) if pk in people])
        for one in interests
    ]


def _talking(room: Room) -> QuerySet[Interest]:
    return Interest.objects.filter(project=room.project_id, state__in=allowed.KNOWS_STATES)


@transaction.atomic
def set_access(node: RoomNode, levels: Mapping[int, str], *, by: User) -> None:
    """What each group may with this node and below it; an empty level takes the line away: as above it (D-6)."""
    room = _kept(node.room, by)
    node = _there(room, node)
    groups = {group.pk: group for group in room.groups.all()}
    before = {line.group_id: line for line in RoomAccess.objects.filter(node=node)}
    for pk, level in levels.items():
        if pk not in groups or (level and level not in LEVELS):
            raise RuleBroken(_("This group or level is not known here."))
        line = before.get(pk)
        if (level_of(line) if line else "") == level:
            continue
        if not level:
            RoomAccess.objects.filter(group=pk, node=node).delete()
        else:
            values = dict.fromkeys(FLAGS, False) | LEVELS[level]
            RoomAccess.objects.update_or_create(group=groups[pk], node=node, defaults=values)
        audit.record("room.access_set", room, by=by, node=node.pk, group=pk, level=level or "as_above")


# Manifests ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def freeze(room: Room, *, by: User) -> RoomManifest:
    """D-12: write down what lies in the room now; the same as last time gives the last one."""
    return _freeze(_kept(room, by), RoomManifest.Occasion.ASKED, by)


def freeze_for_committee(project: Project) -> RoomManifest | None:
    """The paper goes before the committee: what it rests on is written down. Called within the project's move."""
    room = Room.objects.select_for_update().filter(project=project).first()
    return _freeze(room, RoomManifest.Occasion.COMMITTEE, None) if room is not None else None


def _freeze(room: Room, occasion: str, by: User | None) -> RoomManifest:
    entries = manifest_of(room)
    digest = canonical.digest({"documents": entries})
    last = room.manifests.order_by("-number").first()
    if last is not None and last.sha256 == digest and last.occasion == occasion:
        return last
    manifest = RoomManifest.objects.create(
        room=room,
        number=last.number + 1 if last else 1,
        occasion=occasion,
        entries=entries,
        sha256=digest,
        frozen_by=by,
    )
    audit.record("room.frozen", room, by=by, number=manifest.number, content=digest, occasion=occasion)
    return manifest


def manifest_of(room: Room) -> list[dict[str, Any]]:
    """Path, hash, version and size of each document that was checked, in the order of the paths."""
    nodes = {node.pk: node for node in nodes_of(room)}
    found = []
    for node in nodes.values():
        version = None if node.is_folder else current_of(node)
        if version is None:
            continue
        parts: list[str] = []
        here: RoomNode | None = node
        while here is not None:
            parts.insert(0, here.name_zh or here.name_en)
            here = nodes.get(here.parent_id) if here.parent_id else None
        found.append(
            {
                "path": "/".join(parts),
                "file": version.file.original_name,
                "sha256": version.file.sha256,
                "version": version.number,
                "size": version.file.size,
            }
        )
    return sorted(found, key=lambda one: (one["path"], one["sha256"]))
