"""The rooms of an organisation that teaches."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken

from .. import policies
from ..forms.sessions import RoomForm
from ..models import Room
from ..services import rooms as services
from .sessions import desk_crumb


def _room(request: HttpRequest, pk: int) -> Room:
    mine = policies.organisations_run(request.user)
    return get_object_or_404(Room.objects.filter(organisation__in=mine).select_related("organisation"), pk=pk)


def _crumbs(label: str | None = None) -> list[tuple[str, str | None]]:
    page = reverse("training:rooms") if label else None
    return [desk_crumb(), (_("Rooms"), page), *([(label, None)] if label else [])]


@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    if not policies.runs_any(request.user):
        raise Http404
    organisations = list(policies.organisations_run(request.user))
    found = Room.objects.filter(organisation__in=organisations).select_related("organisation").order_by("name_zh")
    context = {
        "groups": [(owner, [room for room in found if room.organisation_id == owner.pk]) for owner in organisations],
        "crumbs": _crumbs(),
    }
    return render(request, "training/sessions/rooms.html", context)


@require_http_methods(["GET", "POST"])
def room_add(request: HttpRequest, slug: str) -> HttpResponseBase:
    organisation = get_object_or_404(policies.organisations_run(request.user), slug=slug)
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_room(organisation, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error("name_zh", str(broken))
        else:
            messages.success(request, _("The room can be chosen for sessions now."))
            return redirect("training:rooms")
    context = {"form": form, "organisation": organisation, "crumbs": _crumbs(_("Add a room"))}
    return render(request, "training/sessions/room.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def room_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    room = _room(request, pk)
    fields = ("name_zh", "name_en", "address_zh", "address_en", "seats")
    form = RoomForm(request.POST or None, initial={name: getattr(room, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_room(room, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error("name_zh", str(broken))
        else:
            messages.success(request, _("The room is changed."))
            return redirect("training:rooms")
    context = {
        "form": form,
        "room": room,
        "organisation": room.organisation,
        "used": room.sessions.count(),
        "crumbs": _crumbs(str(room)),
    }
    return render(request, "training/sessions/room.html", context, status=422 if form.errors else 200)


@require_POST
def room_remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    room = _room(request, pk)
    try:
        services.remove_room(room, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("training:room_edit", room.pk)
    messages.success(request, _("The room is removed."))
    return redirect("training:rooms")
