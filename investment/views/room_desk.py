"""The parks' desk of a data room: its tree, its documents with their versions, and who may read them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.reauthentication import recently_authenticated
from alliance.accounts.services.security import address_of
from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.files import documents, refusal_text, serve
from alliance.core.files.accept import shown_name
from alliance.core.limits import Limit

from .. import policies_rooms as allowed
from ..forms.rooms import AccessForm, FileForm, NameForm, VersionForm
from ..models import Room, RoomAccess, RoomNode
from ..rooms import serving
from ..rooms.deciding import Action
from ..rooms.gathering import Visit, nodes_of, room_at
from ..services import rooms as services
from .access import desk_project_of, trail_of

UPLOADS = Limit("room_upload", each=200, overall=2000, seconds=3600)


def kept_room(request: HttpRequest, slug: str, *, to_change: bool = True) -> Room:
    """The room of a project whose desk the reader sees; only its parks change it."""
    project = desk_project_of(request, slug)
    room = room_at(slug)
    if room is None:
        raise Http404
    if to_change and not allowed.can_keep_room(request.user, project):
        raise PermissionDenied
    return room


def desk_trail(room: Room, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return trail_of(room.project, (_("Data room"), reverse("investment:room_desk", args=[room.project.slug])), *more)


def folders_of(visit: Visit) -> list[tuple[RoomNode, int]]:
    return [(row.node, row.depth) for row in visit.rows if row.node.is_folder]


# The room -----------------------------------------------------------------------------------------------------------


@require_safe
def room_desk(request: HttpRequest, slug: str) -> HttpResponse:
    project = desk_project_of(request, slug)
    room = room_at(slug)
    if room is None:
        context = {
            "project": project,
            "may_keep": allowed.can_keep_room(request.user, project),
            "crumbs": trail_of(project, (_("Data room"), None)),
        }
        return render(request, "investment/rooms/desk_none.html", context)
    return _desk(request, room)


def _desk(request: HttpRequest, room: Room, *, status: int = 200, **forms: Any) -> HttpResponse:
    visit = Visit(request.user, room)  # type: ignore[arg-type]
    folders = folders_of(visit)
    groups = list(room.groups.prefetch_related("members"))
    lines = RoomAccess.objects.filter(group__room=room).select_related("group")
    said: dict[int, list[dict[str, Any]]] = {}
    for line in lines:
        said.setdefault(line.node_id, []).append({"group": line.group.name, "level": services.level_of(line)})
    context = {
        "project": room.project,
        "room": room,
        "rows": [{"row": row, "state": state_of(row.node), "lines": said.get(row.node.pk, [])} for row in visit.rows],
        "groups": [
            {
                "group": group,
                "people": sum(1 for one in group.members.all() if one.removed_at is None),
                "is_open": group.opens_at <= visit.now < group.closes_at,
            }
            for group in groups
        ],
        "manifests": room.manifests.select_related("frozen_by"),
        "may_keep": allowed.can_keep_room(request.user, room.project),
        "folder_form": NameForm(folders=folders, prefix="folder"),
        "file_form": FileForm(folders=folders, prefix="file"),
        "crumbs": trail_of(room.project, (_("Data room"), None)),
    }
    return render(request, "investment/rooms/desk.html", context | forms, status=status)


def state_of(node: RoomNode) -> dict[str, str]:
    """What waits or was refused of the newest version; empty where all is well."""
    newest = next(iter(node.versions.all()), None)
    if newest is None or newest.file.state == newest.file.State.READY:
        return {}
    if newest.file.state == newest.file.State.REFUSED:
        return {"tone": "bad", "words": refusal_text(newest.file)}
    return {"tone": "wait", "words": _("being checked")}


@require_POST
@recently_authenticated
def room_open(request: HttpRequest, slug: str) -> HttpResponseBase:
    project = desk_project_of(request, slug)
    services.open_room(project, with_folders="folders" in request.POST, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The data room is there. Nobody but your parks sees anything yet."))
    return redirect("investment:room_desk", slug)


@require_POST
@recently_authenticated
def room_bulk(request: HttpRequest, slug: str) -> HttpResponseBase:
    room = kept_room(request, slug)
    allows = request.POST.get("allows") == "1"
    services.allow_bulk(room, allows, by=request.user)  # type: ignore[arg-type]
    done = _("Readers may now take several files at once.") if allows else _("Readers take files one by one now.")
    messages.success(request, done)
    return redirect("investment:room_desk", slug)


@require_POST
@recently_authenticated
def room_factor(request: HttpRequest, slug: str) -> HttpResponseBase:
    room = kept_room(request, slug)
    needs = request.POST.get("needs") == "1"
    services.require_factor(room, needs, by=request.user)  # type: ignore[arg-type]
    done = (
        _("Investors now read here only with a second factor.")
        if needs
        else _("Investors read here without a second factor as well.")
    )
    messages.success(request, done)
    return redirect("investment:room_desk", slug)


@require_POST
def room_folder_add(request: HttpRequest, slug: str) -> HttpResponseBase:
    room = kept_room(request, slug)
    folders = folders_of(Visit(request.user, room))  # type: ignore[arg-type]
    form = NameForm(request.POST, folders=folders, prefix="folder")
    if form.is_valid():
        try:
            services.add_folder(room, by=request.user, **form.values())  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The folder is there."))
            return redirect("investment:room_desk", slug)
    return _desk(request, room, status=422, folder_form=form)


@require_POST
def room_file_add(request: HttpRequest, slug: str) -> HttpResponseBase:
    room = kept_room(request, slug)
    if wait := limits.take(UPLOADS, limits.who(request)):
        return limits.refuse(request, wait)
    folders = folders_of(Visit(request.user, room))  # type: ignore[arg-type]
    form = FileForm(request.POST, request.FILES, folders=folders, prefix="file")
    _say_dropped(request, form)
    if form.is_valid():
        try:
            services.add_file(room, upload=form.cleaned_data["file"], by=request.user, **form.values())  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error("file", str(broken))
        else:
            messages.success(request, _("Uploaded. It is being checked for damage and viruses."))
            return redirect("investment:room_desk", slug)
    return _desk(request, room, status=422, file_form=form)


def _say_dropped(request: HttpRequest, form: Any) -> None:
    for _field, name in getattr(request, "dropped_uploads", []):
        form.is_valid()
        form.add_error("file", documents.too_large(shown_name(name)))


# One entry ----------------------------------------------------------------------------------------------------------


def node_in(room: Room, token: UUID) -> RoomNode:
    node = get_object_or_404(nodes_of(room), token=token)
    node.room = room
    return node


def _node_page(request: HttpRequest, room: Room, node: RoomNode, *, status: int = 200, **forms: Any) -> HttpResponse:
    visit = Visit(request.user, room)  # type: ignore[arg-type]
    groups = list(room.groups.all())
    levels = {line.group_id: services.level_of(line) for line in RoomAccess.objects.filter(node=node)}
    initial = {"name_zh": node.name_zh, "name_en": node.name_en, "parent": node.parent_id or ""}
    may_keep = allowed.can_keep_room(request.user, room.project)
    context = {
        "project": room.project,
        "room": room,
        "node": node,
        "row": visit.row_of(node),
        "state": state_of(node),
        "versions": list(node.versions.all()),
        "may_keep": may_keep,
        "has_groups": bool(groups),
        "name_form": NameForm(folders=folders_of(visit), initial=initial),
        "version_form": VersionForm(),
        "access_form": AccessForm(groups=groups, levels=levels),
        "crumbs": desk_trail(room, (node.name, None)),
    }
    return render(request, "investment/rooms/desk_node.html", context | forms, status=status)


@require_http_methods(["GET", "POST"])
def room_node(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    """One folder or document: its name and place, its versions, who may read it."""
    room = kept_room(request, slug, to_change=request.method == "POST")
    node = node_in(room, token)
    if request.method != "POST":
        return _node_page(request, room, node)
    folders = folders_of(Visit(request.user, room))  # type: ignore[arg-type]
    form = NameForm(request.POST, folders=folders)
    if form.is_valid():
        try:
            services.change_node(node, by=request.user, **form.values())  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved."))
            return redirect("investment:room_node", slug, token)
    return _node_page(request, room, node, status=422, name_form=form)


@require_POST
def room_version_add(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    room = kept_room(request, slug)
    node = node_in(room, token)
    if wait := limits.take(UPLOADS, limits.who(request)):
        return limits.refuse(request, wait)
    form = VersionForm(request.POST, request.FILES)
    _say_dropped(request, form)
    if form.is_valid():
        try:
            services.replace_file(node, form.cleaned_data["file"], by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error("file", str(broken))
        else:
            messages.success(request, _("Uploaded. Once it is checked, it takes the place of the one before."))
            return redirect("investment:room_node", slug, token)
    return _node_page(request, room, node, status=422, version_form=form)


@require_safe
def room_version(request: HttpRequest, slug: str, token: UUID, number: int) -> HttpResponseBase:
    """An earlier or newer version as it was uploaded: for the parks alone."""
    room = kept_room(request, slug)
    node = node_in(room, token)
    version = next((one for one in node.versions.all() if one.number == number), None)
    if version is None or version.file.state != version.file.State.READY:
        raise Http404
    visit = Visit(request.user, room, address=address_of(request))  # type: ignore[arg-type]
    found, decision = serve.original(version.file), visit.decide(node, Action.ORIGINAL)
    serving.write(visit, node, Action.ORIGINAL, decision, version=version, size=serving.size_of(found))
    return found


@require_POST
@recently_authenticated
def room_access(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    room = kept_room(request, slug)
    node = node_in(room, token)
    form = AccessForm(request.POST, groups=list(room.groups.all()), levels={})
    if form.is_valid():
        try:
            services.set_access(node, form.levels(), by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved. It holds from this moment, open pages included."))
            return redirect("investment:room_node", slug, token)
    return _node_page(request, room, node, status=422, access_form=form)


@require_POST
def room_node_remove(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    room = kept_room(request, slug)
    node = node_in(room, token)
    services.remove_node(node, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Taken out. The log and the manifests still speak of it."))
    return redirect("investment:room_desk", slug)
