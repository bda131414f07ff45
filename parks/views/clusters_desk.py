"""The clusters of one's own parks: invitations to decide about, and places held."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.views.steps import reason_in, step_of, take_step
from alliance.notifications.models import Task

from .. import policies
from ..models import ClusterMember
from ..notices_clusters import JOIN
from ..services import clusters as services
from ..workflows_clusters import PLACE
from .clusters import place_line, shown


def _places(request: HttpRequest) -> Any:
    """Places of the parks whose desk the reader sees, whatever became of them."""
    return ClusterMember.objects.filter(park__in=policies.edited_by(request.user)).select_related(
        "cluster__lead_park", "park__organisation", "park__province"
    )


@require_safe
def desk_clusters(request: HttpRequest) -> HttpResponse:
    places = list(_places(request).order_by("-pk"))
    invited = [place for place in places if place.state == ClusterMember.State.INVITED]
    held = [place for place in places if place.state == ClusterMember.State.ACCEPTED]
    due = _clocks(invited)
    # Whoever holds or is offered two places in a cluster reads its charter once.
    said = {cluster.pk: shown(cluster) for cluster in {place.cluster_id: place.cluster for place in invited}.values()}
    context = {
        "invited": [
            {
                "place": place,
                "due_at": due.get(str(place.pk)),
                "moves": _moves(request, place),
                **said[place.cluster_id],
            }
            for place in invited
        ],
        "held": [{"place": place, "moves": _moves(request, place)} for place in held],
        "past": [place for place in places if place.state not in ClusterMember.OPEN],
        "has_desk": policies.edits_any(request.user),
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Clusters"), None)],
    }
    return render(request, "parks/desk/clusters.html", context)


def _clocks(invited: list[ClusterMember]) -> dict[str, Any]:
    waiting = Task.objects.filter(
        kind=JOIN.code, state=Task.State.OPEN, about_id__in=[str(place.pk) for place in invited]
    )
    return dict(waiting.values_list("about_id", "due_at"))


def _moves(request: HttpRequest, place: ClusterMember) -> list[tuple[Any, str]]:
    return [
        (move, reverse("parks:cluster_answer", args=[place.pk, move.verb]))
        for move in PLACE.offered(request.user, place)
    ]


@require_http_methods(["GET", "POST"])
def cluster_answer(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """Accept, decline or give back a place of one's own park."""
    place = get_object_or_404(_places(request), pk=pk)
    if not policies.can_take_place(request.user, place):
        raise PermissionDenied
    move = step_of(PLACE, place, verb, request.user)
    back = reverse("parks:desk_clusters")
    return take_step(
        request,
        PLACE,
        place,
        move,
        lambda form: services.move_place(place, verb, by=request.user, reason=reason_in(form)),
        back=back,
        title=place.cluster.name,
        about=place_line(place),
        crumbs=[(_("Desk"), reverse("notifications:desk")), (_("Clusters"), back), (move.label, None)],
    )
