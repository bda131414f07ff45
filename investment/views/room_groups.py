"""Who reads a data room: groups with their windows and people, a look through their eyes, the log, the manifests."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.models import User
from alliance.accounts.reauthentication import ask_again, recently_authenticated
from alliance.core.canonical import canonical
from alliance.core.errors import RuleBroken

from .. import policies_rooms as allowed
from ..forms.rooms import GroupForm, MemberForm
from ..models import Room, RoomEvent, RoomGroup, RoomMember
from ..rooms.gathering import Visit
from ..services import rooms as services
from .room_desk import desk_trail, kept_room

EVENTS_AT_ONCE = 50


# Groups -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def room_group_new(request: HttpRequest, slug: str) -> HttpResponseBase:
    room = kept_room(request, slug)
    if request.method == "POST":
        ask_again(request)
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            group = services.write_group(room, None, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The group is there. Add its people, then say what they may read."))
            return redirect("investment:room_group", slug, group.pk)
    context = {"project": room.project, "form": form, "crumbs": desk_trail(room, (_("New group"), None))}
    return render(request, "investment/rooms/desk_group_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def room_group(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Its name, its window (D-4) and its people (D-5)."""
    room = kept_room(request, slug, to_change=request.method == "POST")
    group = _group(room, pk)
    if request.method != "POST":
        return _group_page(request, room, group)
    ask_again(request)
    form = GroupForm(request.POST)
    if form.is_valid():
        try:
            services.write_group(room, group, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved. It holds from this moment, open pages included."))
            return redirect("investment:room_group", slug, pk)
    return _group_page(request, room, group, status=422, form=form)


def _group(room: Room, pk: int) -> RoomGroup:
    group = get_object_or_404(RoomGroup, room=room, pk=pk)
    group.room = room
    return group


def _group_page(request: HttpRequest, room: Room, group: RoomGroup, *, status: int = 200, **more: Any) -> HttpResponse:
    members = group.members.filter(removed_at__isnull=True).select_related("person", "investor__organisation")
    there = {(one.person_id, one.investor_id) for one in members}
    free = [
        (side, [one for one in people if (one.pk, side.pk) not in there]) for side, people in services.candidates(room)
    ]
    initial = {"name": group.name, "opens_at": group.opens_at, "closes_at": group.closes_at}
    now = timezone.now()
    context = {
        "project": room.project,
        "group": group,
        "is_open": group.opens_at <= now < group.closes_at,
        "members": members,
        "may_keep": allowed.can_keep_room(request.user, room.project),
        "has_candidates": any(people for _side, people in free),
        "form": GroupForm(initial=initial),
        "member_form": MemberForm(candidates=[(side, people) for side, people in free if people]),
        "crumbs": desk_trail(room, (group.name, None)),
    }
    return render(request, "investment/rooms/desk_group.html", context | more, status=status)


@require_POST
@recently_authenticated
def room_member_add(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    room = kept_room(request, slug)
    group = _group(room, pk)
    form = MemberForm(request.POST, candidates=services.candidates(room))
    if form.is_valid():
        person, investor = form.chosen()
        try:
            services.add_member(group, person, investor, by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error("who", str(broken))
        else:
            messages.success(request, _("Added and told."))
            return redirect("investment:room_group", slug, pk)
    return _group_page(request, room, group, status=422, member_form=form)


@require_POST
def room_member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    room = kept_room(request, slug)
    member = get_object_or_404(RoomMember.objects.select_related("group"), pk=pk, group__room=room)
    services.remove_member(member, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Removed. From now on this person reads nothing by this group."))
    return redirect("investment:room_group", slug, member.group_id)


# Through their eyes -------------------------------------------------------------------------------------------------


@require_safe
def room_as(request: HttpRequest, slug: str) -> HttpResponse:
    """The tree as one of its readers sees it now, by the same function that answers them."""
    room = kept_room(request, slug)
    members = list(
        RoomMember.objects.filter(group__room=room, removed_at__isnull=True)
        .select_related("person", "investor__organisation")
        .order_by("investor", "person", "pk")
    )
    people = {member.person_id: member for member in members}
    chosen = people.get(int(who)) if (who := request.GET.get("who", "")).isdecimal() else None
    visit = Visit(User.objects.get(pk=chosen.person_id), room) if chosen is not None else None
    context = {
        "project": room.project,
        "people": list(people.values()),
        "chosen": chosen,
        "rule": visit.entry.rule if visit else "",
        "rows": visit.rows if visit and visit.entry else [],
        "crumbs": desk_trail(room, (_("As a reader sees it"), None)),
    }
    return render(request, "investment/rooms/desk_as.html", context)


# Log and manifests --------------------------------------------------------------------------------------------------


@require_safe
def room_log(request: HttpRequest, slug: str) -> HttpResponse:
    """D-10: per organisation what was read and what was refused, and each decision. Investors never see it."""
    room = kept_room(request, slug, to_change=False)
    events = RoomEvent.objects.filter(room=room)
    per_side = (
        events.exclude(investor=None)
        .values("investor", "investor__organisation__name_zh", "investor__organisation__name_en")
        .annotate(
            people=Count("person", distinct=True),
            documents=Count("node", filter=Q(is_allowed=True), distinct=True),
            views=Count("pk", filter=Q(is_allowed=True, action="view")),
            downloads=Count("pk", filter=Q(is_allowed=True) & ~Q(action="view")),
            refused=Count("pk", filter=Q(is_allowed=False)),
            last=Max("at"),
        )
        .order_by("-last")
    )
    chosen = request.GET.get("investor", "")
    copy = request.GET.get("copy", "").strip().lower()
    shown = events.filter(investor=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else events
    if copy:
        # What no column could hold was given to nobody.
        shown = shown.filter(copy=copy) if copy.isprintable() else shown.none()
    shown = shown.select_related("person", "investor__organisation", "node", "version")
    page = Paginator(shown, EVENTS_AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "project": room.project,
        "sides": per_side,
        "chosen": chosen,
        "copy": copy,
        "page": page,
        "crumbs": desk_trail(room, (_("Who looked at what"), None)),
    }
    return render(request, "investment/rooms/desk_log.html", context)


@require_POST
def room_freeze(request: HttpRequest, slug: str) -> HttpResponseBase:
    room = kept_room(request, slug)
    manifest = services.freeze(room, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Written down; it never changes."))
    return redirect("investment:room_manifest", slug, manifest.number)


@require_safe
def room_manifest(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """D-12: what lay in the room then; as JSON with `?format=json`."""
    room = kept_room(request, slug, to_change=False)
    manifest = room.manifests.filter(number=number).select_related("frozen_by").first()
    if manifest is None:
        raise Http404
    if request.GET.get("format") == "json":
        body = canonical({"documents": manifest.entries})
        response = HttpResponse(body, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="{slug}-{number}.json"'
        return response
    context = {
        "project": room.project,
        "manifest": manifest,
        "json_url": reverse("investment:room_manifest", args=[slug, number]) + "?format=json",
        "crumbs": desk_trail(room, (_("Manifest %(number)d") % {"number": number}, None)),
    }
    return render(request, "investment/rooms/desk_manifest.html", context)
