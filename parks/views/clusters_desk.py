"""The clusters of one's own parks: invitations to decide about, and places held."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.errors import RuleBroken
from alliance.notifications.models import Task

from .. import policies
from ..forms.clusters import ReasonForm
from ..models import ClusterMember
from ..notices_clusters import JOIN
from ..services import clusters as services
from ..workflows_clusters import PLACE
from .clusters import shown


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
    move = next((move for move in PLACE.moves if move.verb == verb), None)
    if move is None:
        raise Http404
    if not policies.can_take_place(request.user, place) or not move.who(request.user, place):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None) if move.needs_reason else None
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            services.move_place(place, verb, by=request.user, reason=form.cleaned_data["reason"] if form else "")
        except RuleBroken as broken:
            problem = str(broken)
        else:
            messages.success(request, move.done)
            return redirect("parks:desk_clusters")
    context = {
        "cluster": place.cluster,
        "place": place,
        "move": move,
        "form": form,
        "problem": problem,
        "is_possible": place.state in move.sources,
        "state": place.get_state_display(),
        "back": reverse("parks:desk_clusters"),
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (_("Clusters"), reverse("parks:desk_clusters")),
            (move.label, None),
        ],
    }
    status = 409 if problem else 422 if form is not None and form.errors else 200
    return render(request, "parks/office/cluster_move.html", context, status=status)
